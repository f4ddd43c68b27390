/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Floating-point CPU, with the ingredients of Whetstone: additions and multiplications over a small array, the same
 * through a function's pointers, a product of matrices, trigonometric functions, exponential, logarithm and square
 * root. No system call.
 */

#include <math.h>
#include <string.h>

#include "throughput.h"

#define SIDE 12U

static double a[SIDE][SIDE];
static double b[SIDE][SIDE];

__attribute__((noinline)) static void rotate(double *x, double *y, double *z, double t)
{
	double u = t * (*x + *y);
	double v = t * (u + *z);

	*x = (u - v) / 2.0 + 0.25;
	*y = (u + v) / 3.0;
	*z = (*x + *y) * 0.5;
}

__attribute__((noinline)) static double simple(double start)
{
	double e[4] = {start, -1.0, 1.0, -1.0};

	for (int i = 0; i < 60; i++) {
		e[0] = (e[0] + e[1] + e[2] - e[3]) * 0.499975;
		e[1] = (e[0] + e[1] - e[2] + e[3]) * 0.499975;
		e[2] = (e[0] - e[1] + e[2] + e[3]) * 0.499975;
		e[3] = (-e[0] + e[1] + e[2] + e[3]) * 0.499975;
	}
	return e[0] + e[1] + e[2] + e[3];
}

__attribute__((noinline)) static double calls(double start)
{
	double x = start;
	double y = 1.0;
	double z = 0.5;

	for (int i = 0; i < 60; i++) {
		rotate(&x, &y, &z, 0.499975);
	}
	return x + y + z;
}

__attribute__((noinline)) static double product(double scale)
{
	double trace = 0.0;

	for (unsigned int i = 0U; i < SIDE; i++) {
		for (unsigned int j = 0U; j < SIDE; j++) {
			double sum = 0.0;

			for (unsigned int k = 0U; k < SIDE; k++) {
				sum += a[i][k] * b[k][j];
			}
			trace += i == j ? sum * scale : 0.0;
		}
	}
	return trace;
}

__attribute__((noinline)) static double functions(double start)
{
	double x = start;

	for (int i = 0; i < 10; i++) {
		x = 0.5 * atan(2.0 * sin(x) * cos(x) / (cos(x + 0.5) + cos(x - 0.5) + 3.0));
		x = sqrt(exp(log(fabs(x) + 1.0) / 0.75));
	}
	return x;
}

static void fill(void)
{
	for (unsigned int i = 0U; i < SIDE; i++) {
		for (unsigned int j = 0U; j < SIDE; j++) {
			a[i][j] = 1.0 / (double)(i + j + 1U);
			b[i][j] = (double)(i * SIDE + j) / 100.0;
		}
	}
}

uint64_t float_run(unsigned int work)
{
	uint64_t sum = CHECK_START;
	double x = 0.75;

	fill();
	for (unsigned int i = 0U; i < work; i++) {
		uint64_t bits;

		x = simple(x) + calls(x) + product(x) / 1000.0;
		x = functions(x - floor(x));
		memcpy(&bits, &x, sizeof(bits));
		sum = mix(sum, bits);
	}
	return sum;
}
