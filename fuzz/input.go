package fuzz

import "github.com/vmrace/vmrace/vm"

// FormatVersion is the version of the byte format. An input of another version
// means another run, and crashers name theirs.
const FormatVersion = 1

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
//	0 to 127     run a CPU:          cpu = b % cpus, lines = b / cpus + 1; the largest quotient: until it blocks or ends
//	128 to 231   append to a program: cpu = (b-128) % cpus, operation = (b-128) / cpus % ops
//	232 to 247   preset a choice:    cpu = (b-232) % cpus, outcome = (b-232) / cpus
//	248 to 255   select the boot:    (b-248) % boots; the last one counts
//
// Programs and choices may stand anywhere; only the order of bursts is time.
type Codec struct {
	cpus, ops, boots int
}

const (
	firstOp     = 128
	firstChoice = 232
	firstBoot   = 248
)

// CodecOf returns the codec of a class.
func CodecOf[S, L comparable](c *vm.Class[S, L]) Codec {
	var s S
	k := Codec{cpus: len(c.CPUs(&s)), ops: len(c.Ops), boots: len(c.Boots)}
	if k.cpus > 8 || k.cpus*k.ops > firstChoice-firstOp || k.boots > 256-firstBoot {
		panic("fuzz: class " + c.Name + " does not fit the format: at most 8 CPUs, 104 pairs of CPU and operation, 8 boots")
	}
	return k
}

// longest is the length code of a burst that goes on until the CPU is stuck.
func (c Codec) longest() int { return firstOp/c.cpus - 1 }

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
	case b < firstBoot:
		if p := &in.Choices[(b-firstChoice)%c.cpus]; len(*p) < MaxChoices {
			*p = append(*p, uint8((b-firstChoice)/c.cpus))
		}
	default:
		in.Boot = (b - firstBoot) % c.boots
	}
}

func (in *Input) burst(cpu, n uint8) {
	if len(in.Bursts) < MaxBursts {
		in.Bursts = append(in.Bursts, Burst{cpu, n})
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

// Encode returns the shortest bytes that Decode turns into this input, which
// must be in normal form.
func (c Codec) Encode(in *Input) []byte {
	var out []byte
	if in.Boot != 0 {
		out = append(out, byte(firstBoot+in.Boot))
	}
	for cpu, p := range in.Programs {
		for _, op := range p {
			out = append(out, byte(firstOp+int(op)*c.cpus+cpu))
		}
	}
	for cpu, ch := range in.Choices {
		for _, v := range ch {
			out = append(out, byte(firstChoice+int(v)*c.cpus+cpu))
		}
	}
	for _, b := range in.Bursts {
		code := int(b.N) - 1
		if b.N == 0 {
			code = c.longest()
		}
		out = append(out, byte(code*c.cpus+int(b.CPU)))
	}
	return out
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
