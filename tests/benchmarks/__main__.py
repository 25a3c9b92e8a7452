"""`python -m tests.benchmarks` runs them all."""

import sys

from tests.benchmarks.run import main

sys.exit(main())
