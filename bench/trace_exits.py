# SPDX-License-Identifier: Apache-2.0
KINDS = []
def trace(*a): return {}
