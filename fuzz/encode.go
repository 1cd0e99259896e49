package fuzz

import "bytes"

// Encode returns the shortest bytes that Decode turns into this input, which
// must be in normal form: of programs that begin with the workload of the boot
// only what follows.
func (c Codec) Encode(in *Input) []byte {
	var out []byte
	begin := c.workloads[in.Boot]
	if !beginWith(in.Programs, begin) {
		begin = nil
		out = append(out, byte(firstBare+in.Boot))
	} else if in.Boot != 0 {
		out = append(out, byte(firstBoot+in.Boot))
	}
	for cpu, p := range in.Programs {
		for _, op := range p[len(programOf(begin, cpu)):] {
			out = append(out, c.opCode(cpu, int(op)))
		}
	}
	for cpu, ch := range in.Choices {
		out = c.encodeChoices(out, cpu, ch)
	}
	for _, b := range in.Bursts {
		out = append(out, c.burstCode(b))
	}
	return out
}

// beginWith reports whether each program begins with that of a workload.
func beginWith(programs, workload [][]uint8) bool {
	for cpu, p := range workload {
		if !bytes.HasPrefix(programs[cpu], p) {
			return false
		}
	}
	return true
}

// programOf returns the program of a CPU in a workload; the CPUs that it does not
// name have none.
func programOf(workload [][]uint8, cpu int) []uint8 {
	if cpu < len(workload) {
		return workload[cpu]
	}
	return nil
}

func (c Codec) opCode(cpu, op int) byte { return byte(firstOp + op*c.cpus + cpu) }

func (c Codec) burstCode(b Burst) byte {
	code := int(b.N) - 1
	if b.N == 0 {
		code = c.longest()
	}
	return byte(code*c.cpus + int(b.CPU))
}

func (c Codec) encodeChoices(out []byte, cpu int, list []uint8) []byte {
	at := 0
	for i, outcome := range list {
		for range outcome {
			for ; i-at >= c.furthest(); at += c.furthest() {
				out = append(out, byte(firstChoice+c.furthest()*c.cpus+cpu))
			}
			out = append(out, byte(firstChoice+(i-at)*c.cpus+cpu))
			at = i
		}
	}
	return out
}
