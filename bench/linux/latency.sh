# SPDX-License-Identifier: Apache-2.0
# cell NAME SAMPLES LOAD...: cyclictest on each CPU, while stress-ng runs on the last one. No line is printed meanwhile.
#
# One CPU: its wake-ups are at multiples of 1 ms, where each fourth meets the kernel's tick of 250 Hz. Two CPUs: at 250 and
# 750 us after these. An emulator that counts instructions runs its CPUs in turn, and one that is at work when another's timer
# expires goes on until the next timer of any CPU does. So only the last CPU, after which the turn is the first one's
# again, has work: the load, and the main threads of cyclictest, which wake up every 10 ms.
last=$(($(nproc) - 1))

start() {
	cyclictest -q -m -p 95 -i 1000 -N -h 60000 -l "$samples" -a "$1" -t 1 --secaligned=$((last * (250 + $1 * 500))) \
		--histfile="/tmp/h$1" > "/tmp/o$1" &
}

cell() {
	name=$1 samples=$2
	shift 2
	if [ $# -gt 0 ]; then
		taskset $((1 << last)) stress-ng -q --no-rand-seed "$@" -t 0 &
		sleep 0.3
	fi
	echo "BENCH mark begin.$name"
	started=
	for cpu in $(seq 0 "$last"); do
		start "$cpu"
		started="$started $!"
	done
	if [ "$last" -gt 0 ]; then
		sleep 0.1
		for pid in $started; do
			taskset -p $((1 << last)) "$pid" > /dev/null
		done
	fi
	# Of the processes that were started here, stress-ng does not end.
	for pid in $started; do
		wait "$pid"
	done
	echo "BENCH mark end.$name"
	if [ $# -gt 0 ]; then
		killall stress-ng
		wait
	fi
	for cpu in $(seq 0 "$last"); do
		echo "CELL $name $cpu $(sed -n -e 's/.*Overflows: *//p' -e 's/.*Max Latencies: *//p' "/tmp/h$cpu" | xargs)"
		nonzero < "/tmp/h$cpu"
	done
}
