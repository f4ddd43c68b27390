/* SPDX-License-Identifier: Apache-2.0 */
/* Of a histogram of cyclictest's on standard input, the lines that count something: "VALUE COUNT ...", without zeros in front. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX 256

int main(void)
{
	char line[LINE_MAX];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		char *at = line;
		unsigned long sum = 0;

		if (line[0] < '0' || line[0] > '9') {
			continue;
		}
		(void)strtoul(at, &at, 10);
		for (char *p = at; *p != '\0'; p++) {
			sum += *p >= '1' && *p <= '9';
		}
		if (sum == 0) {
			continue;
		}
		printf("%lu", strtoul(line, &at, 10));
		while (*at == '\t' || *at == ' ') {
			printf(" %lu", strtoul(at, &at, 10));
		}
		printf("\n");
	}
	return 0;
}
