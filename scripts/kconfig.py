#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Resolve Kconfig for one image: reads prj.conf, writes autoconf.h and .config.

Every line of prj.conf that has no effect is named in one line: an option that ZVM does not have, a value that does
not fit, an option that cannot be set by hand, or one whose dependencies are not met. With --strict each is an error.
"""
import argparse
import os
import re
import sys

import kconfiglib


# What every file of an image begins with. An image is one static program: with every symbol hidden, declarations
# too, the compiler reaches data directly instead of through a table of addresses.
HEADER = """/* SPDX-License-Identifier: Apache-2.0 */
/* generated from Kconfig */
#if !defined(__ASSEMBLER__) && !defined(ZVM_ARCH_FAKE)
#pragma GCC visibility push(hidden)
#endif
"""


def assignments(path):
    """Yield (line number, name, value); value None for a line that is no assignment."""
    with open(path, encoding="utf-8", errors="replace") as conf:
        for number, line in enumerate(conf, 1):
            text = line.strip()
            unset = re.fullmatch(r"# CONFIG_(\w+) is not set", text)
            if unset:
                yield number, unset.group(1), "n"
                continue
            if not text or text.startswith("#"):
                continue
            match = re.fullmatch(r"CONFIG_(\w+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"|[^\s#]*)\s*(?:#.*)?", text)
            if match:
                yield number, match.group(1), match.group(2)
            else:
                yield number, text, None


def apply(kconf, path, say):
    """Apply one prj.conf; returns [(line, symbol, value)] to look at again when all are applied."""
    wanted = {}
    for number, name, value in assignments(path):
        if value is None:
            say(f"{path}:{number}: '{name}' is not CONFIG_OPTION=value; ignored")
            continue
        symbol = kconf.syms.get(name)
        if symbol is None or not symbol.nodes:
            say(f"{path}:{number}: CONFIG_{name} is not an option of ZVM; ignored")
            continue
        if value.startswith('"'):
            value = kconfiglib.unescape(value[1:-1])
        if not symbol.set_value(value):
            say(f"{path}:{number}: CONFIG_{name}={value}: the value does not fit, it is of type "
                f"{kconfiglib.TYPE_TO_STR[symbol.type]}; ignored")
            continue
        wanted[name] = (number, value)
    return wanted


def review(kconf, path, wanted, say):
    """Name what was asked for and did not come to be."""
    for name, (number, value) in wanted.items():
        symbol = kconf.syms[name]
        if symbol.str_value == value:
            continue
        if symbol.type in (kconfiglib.INT, kconfiglib.HEX) and symbol.str_value and value:
            try:
                if int(symbol.str_value, 0) == int(value, 0):
                    continue
            except ValueError:
                pass
        if not any(node.prompt for node in symbol.nodes):
            why = "ZVM always has it" if symbol.str_value == "y" else "ZVM does not have it"
        elif kconfiglib.expr_value(symbol.direct_dep) == 0:
            why = f"it needs {kconfiglib.expr_str(symbol.direct_dep)}"
        else:
            why = "it is out of range, or another option wants it so"
        now = symbol.str_value if symbol.str_value != "" else "unset"
        say(f"{path}:{number}: CONFIG_{name}={value} stays {now}: {why}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kconfig", required=True)
    parser.add_argument("--header", required=True)
    parser.add_argument("--config", required=True)
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("conf", nargs="*")
    args = parser.parse_args()

    complaints = []

    def say(line):
        complaints.append(line)
        print(line, file=sys.stderr)

    os.environ.setdefault("srctree", os.path.dirname(os.path.abspath(args.kconfig)))
    kconf = kconfiglib.Kconfig(os.path.basename(args.kconfig), warn_to_stderr=False)
    if kconf.warnings:
        print("\n".join(kconf.warnings), file=sys.stderr)
        return 1
    wanted = [(path, apply(kconf, path, say)) for path in args.conf]
    for path, options in wanted:
        review(kconf, path, options, say)
    kconf.write_autoconf(args.header, HEADER)
    kconf.write_config(args.config, save_old=False)
    return 1 if complaints and args.strict else 0


if __name__ == "__main__":
    sys.exit(main())
