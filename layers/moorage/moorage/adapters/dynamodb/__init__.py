"""Records in DynamoDB. A process imports the models of the records that it reads or writes, and no others."""
