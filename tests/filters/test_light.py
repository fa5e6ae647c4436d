import subprocess
import sys

import pytest


@pytest.mark.parametrize("family", ["validators", "filters", "meaning.agreement"])
def test_importing_a_family_loads_nothing_heavy(family: str) -> None:
    program = (
        f"import sys, synthforge.{family}; "
        "print([m for m in ('numpy', 'datasketch', 'torch', 'pint', 'hydra') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
