# SPDX-License-Identifier: Apache-2.0
"""What the scenarios of bench/scenarios stand on: machines, bundles, judgement, report, plots, comparison."""
