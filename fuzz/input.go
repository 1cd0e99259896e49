package fuzz

import "github.com/vmrace/vmrace/vm"

// FormatVersion is the version of the byte format. An input of another version
// means another run, and crashers name theirs.
const FormatVersion = 2

// The limits of an input. What is beyond them is ignored.
const (
	MaxProgram = 8    // operations of a CPU
	MaxChoices = 32   // preset choices of a CPU
	MaxBursts  = 1024 // bursts of a run
)

// An Input is a run before it happens: the initial state, what each CPU does,
// and who runs when. When the bursts are used up, the CPUs finish their programs
// one after the other.
type Input struct {
	Boot     int
	Programs [][]uint8 // for each CPU indices into the operations of the class
	Choices  [][]uint8 // for each CPU the outcomes of its next nondeterministic lines; then 0
	Bursts   []Burst
}

// A Burst lets a CPU execute N lines, or fewer if it blocks or ends; 0 stands
// for as many as it can.
type Burst struct {
	CPU uint8
	N   uint8
}

// A Codec translates between bytes and the inputs of one class. Each byte is
// one instruction, and all 256 are valid:
//
//	0 to 127     run a CPU:           cpu = b % cpus, lines = b / cpus + 1; the largest quotient: until it blocks or ends
//	128 to 223   append to a program: cpu = (b-128) % cpus, operation = (b-128) / cpus % ops
//	224 to 239   preset a choice:     cpu = (b-224) % cpus, skip = (b-224) / cpus; the largest quotient: only skip
//	240 to 247   select the boot:     (b-240) % boots, with empty programs
//	248 to 255   select the boot:     (b-248) % boots, with the programs of its workload
//
// Operations are appended to what the last selection says; without one it is
// 248. So no bytes at all run the workload of the first boot, and bursts alone
// are schedules of it. A preset goes on by so many choices of the CPU and raises
// the outcome there, which is 0, by one. Programs and choices may stand anywhere;
// only the order of bursts is time.
type Codec struct {
	cpus, ops int
	workloads [][][]uint8 // by boot, the program of each CPU
}

const (
	firstOp     = 128
	firstChoice = 224
	firstBare   = 240
	firstBoot   = 248
	maxBoots    = 256 - firstBoot
)

// CodecOf returns the codec of a class.
func CodecOf[S, L comparable](c *vm.Class[S, L]) Codec {
	var s S
	k := Codec{cpus: len(c.CPUs(&s)), ops: len(c.Ops)}
	if k.cpus > 8 || k.cpus*k.ops > firstChoice-firstOp || len(c.Boots) > maxBoots {
		panic("fuzz: class " + c.Name + " does not fit the format: at most 8 CPUs, 96 pairs of CPU and operation, 8 boots")
	}
	for _, b := range c.Boots {
		for _, p := range b.Programs {
			if len(p) > MaxProgram {
				panic("fuzz: workload " + b.Name + " of class " + c.Name + " does not fit the format: at most 8 operations on a CPU")
			}
		}
		k.workloads = append(k.workloads, b.Programs)
	}
	return k
}

// longest is the length code of a burst that goes on until the CPU is stuck.
func (c Codec) longest() int { return firstOp/c.cpus - 1 }

// furthest is the code of a preset that only skips choices.
func (c Codec) furthest() int { return (firstBare-firstChoice)/c.cpus - 1 }

// Decode returns the input that the bytes stand for, in normal form: bursts
// of one CPU in a row are one burst, and nothing is left that cannot matter.
// Every byte string is valid.
func (c Codec) Decode(b []byte) *Input {
	in := &Input{}
	c.DecodeTo(in, b)
	return in
}

// DecodeTo is Decode into an input whose memory is used again.
func (c Codec) DecodeTo(in *Input, b []byte) {
	c.clear(in)
	c.boot(in, b)
	for _, v := range b {
		c.instruction(in, int(v))
	}
	c.normalise(in)
}

func (c Codec) clear(in *Input) {
	if len(in.Programs) != c.cpus {
		in.Programs = make([][]uint8, c.cpus)
		in.Choices = make([][]uint8, c.cpus)
	}
	in.Boot, in.Bursts = 0, in.Bursts[:0]
	for cpu := range c.cpus {
		in.Programs[cpu] = in.Programs[cpu][:0]
		in.Choices[cpu] = in.Choices[cpu][:0]
	}
}

// boot does what the last selection says, wherever it stands.
func (c Codec) boot(in *Input, b []byte) {
	last := firstBoot
	for _, v := range b {
		if v >= firstBare {
			last = int(v)
		}
	}
	if last < firstBoot {
		in.Boot = (last - firstBare) % len(c.workloads)
		return
	}
	in.Boot = (last - firstBoot) % len(c.workloads)
	for cpu, p := range c.workloads[in.Boot] {
		in.Programs[cpu] = append(in.Programs[cpu], p...)
	}
}

func (c Codec) instruction(in *Input, b int) {
	switch {
	case b < firstOp:
		if n := min(b/c.cpus, c.longest()) + 1; n <= c.longest() {
			in.burst(uint8(b%c.cpus), uint8(n))
		} else {
			in.burst(uint8(b%c.cpus), 0)
		}
	case b < firstChoice:
		if p := &in.Programs[(b-firstOp)%c.cpus]; len(*p) < MaxProgram {
			*p = append(*p, uint8((b-firstOp)/c.cpus%c.ops))
		}
	case b < firstBare:
		c.choice(&in.Choices[(b-firstChoice)%c.cpus], (b-firstChoice)/c.cpus)
	}
}

func (in *Input) burst(cpu, n uint8) {
	if len(in.Bursts) < MaxBursts {
		in.Bursts = append(in.Bursts, Burst{cpu, n})
	}
}

// choice goes on from the last outcome of a list, and raises the one there.
func (c Codec) choice(list *[]uint8, skip int) {
	skip = min(skip, c.furthest())
	size := max(1, len(*list)) + skip
	if size > MaxChoices {
		return
	}
	for len(*list) < size {
		*list = append(*list, 0)
	}
	if skip < c.furthest() {
		(*list)[size-1]++
	}
}

// normalise joins bursts and drops what cannot matter: bursts and choices of
// CPUs without a program, and trailing choices of 0.
func (c Codec) normalise(in *Input) {
	for cpu, p := range in.Programs {
		ch := in.Choices[cpu]
		for len(ch) > 0 && (len(p) == 0 || ch[len(ch)-1] == 0) {
			ch = ch[:len(ch)-1]
		}
		in.Choices[cpu] = ch
	}
	max := c.longest()
	out := in.Bursts[:0]
	for _, b := range in.Bursts {
		if len(in.Programs[b.CPU]) == 0 {
			continue
		}
		last := len(out) - 1
		switch {
		case last < 0 || out[last].CPU != b.CPU:
			out = append(out, b)
		case out[last].N == 0: // stuck already
		case b.N == 0:
			for last > 0 && out[last-1].CPU == b.CPU {
				out = out[:last]
				last--
			}
			out[last].N = 0
		case int(out[last].N)+int(b.N) <= max:
			out[last].N += b.N
		default:
			rest := int(out[last].N) + int(b.N) - max
			out[last].N = uint8(max)
			out = append(out, Burst{b.CPU, uint8(rest)})
		}
	}
	in.Bursts = out
}

// Clone returns a copy that shares no memory with the input.
func (in *Input) Clone() *Input {
	out := &Input{Boot: in.Boot, Bursts: append([]Burst(nil), in.Bursts...)}
	for cpu := range in.Programs {
		out.Programs = append(out.Programs, append([]uint8(nil), in.Programs[cpu]...))
		out.Choices = append(out.Choices, append([]uint8(nil), in.Choices[cpu]...))
	}
	return out
}
