/* SPDX-License-Identifier: Apache-2.0 */
/* Of a histogram of cyclictest's on standard input, the lines that count something: "VALUE COUNT", without zeros in front. */
#include <stdio.h>
#include <stdlib.h>

#define LINE_MAX 64

int main(void)
{
	char line[LINE_MAX];
	int begun = 0;

	while (fgets(line, sizeof(line), stdin) != NULL) {
		char *at = line;
		unsigned long value = strtoul(at, &at, 10);
		unsigned long count = strtoul(at, NULL, 10);

		if (at == line) {
			if (begun) {
				/* Totals, and lists of samples beyond it that may be long. */
				break;
			}
			continue;
		}
		begun = 1;
		if (count != 0) {
			printf("%lu %lu\n", value, count);
		}
	}
	return 0;
}
