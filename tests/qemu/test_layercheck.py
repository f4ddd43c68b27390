# SPDX-License-Identifier: Apache-2.0
"""scripts/layercheck catches what it is there to catch."""
import subprocess

import pytest

from zvm_machine import TOP

SPDX = "/* SPDX-License-Identifier: Apache-2.0 */\n"
GOOD = {
    "include/zvm/x.h": "",
    "lib/list.h": "#include <zvm/x.h>\n",
    "arch/arm64/a.c": '#include "kernel/arch_api.h"\n#include "lib/list.h"\n',
    "kernel/arch_api.h": "",
    "kernel/k.c": '#include "arch/arm64/a.h"\n/* found on the RK3568 */\nint f(void)\n{\n\treturn 0;\n}\n',
    "arch/arm64/a.h": "",
    "hyp/vm.h": "",
    "drivers/uart.c": "",
    "tests/t.c": "int base = 0x9000000; /* rk3568 */\n",
}
LONG_FUNCTION = "int f(void)\n{\n" + "\tf();\n" * 90 + "}\n"


def check(root, **changes):
    for name, body in {**GOOD, **changes}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body if body.startswith("!") else SPDX + body, encoding="utf-8")
    return subprocess.run([TOP / "scripts/layercheck", root], capture_output=True, text=True, check=False)


def test_good_tree(tmp_path):
    done = check(tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name,body,says", [
    ("kernel/k.c", '#include "hyp/vm.h"\n', "kernel/k.c:2: kernel/ includes hyp/vm.h: hyp/ is above kernel/"),
    ("lib/l.c", '#include "kernel/arch_api.h"\n', "lib/l.c:2: lib/ includes kernel/arch_api.h"),
    ("include/zvm/x.h", '#include "hyp/vm.h"\n', "include/zvm/x.h:2: include/ includes hyp/vm.h"),
    ("kernel/k.c", '#include "tests/t.c"\n', "tests/t.c, which is no layer"),
    ("kernel/k.c", '#include "kernel/gone.h"\n', "which does not exist"),
    ("lib/list.h", '#include "lib/list.h"\n', "a cycle"),
    ("lib/l.c", LONG_FUNCTION, "a function of 92 lines"),
    ("lib/l.c", "\n" * 800, "801 lines"),
    ("drivers/uart.c", "long base = 0x09000000UL;\n", "'0x09000000UL' is the address of a board's device"),
    ("drivers/uart.c", 'char *s = "RK3568";\n', "'RK3568' is a board's name"),
    ("drivers/uart.c", "int x; \n", "blanks at the end"),
    ("drivers/uart.c", "!int x;\n", "the first line is not"),
    ("drivers/uart.c", "int x;", "no newline at the end"),
], ids=lambda v: v if isinstance(v, str) and len(v) < 40 and "\n" not in v else "")
def test_violation_is_named(tmp_path, name, body, says):
    done = check(tmp_path, **{name: body})
    assert done.returncode == 1
    assert says in done.stdout
