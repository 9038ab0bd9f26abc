#!/bin/bash
cd /work/tmp/f-next; PYTHONPATH=/work/tmp/f-next:/work/tmp/f-next/layers/moorage:/work/tmp/f-next/local exec .venv/bin/"$@"
