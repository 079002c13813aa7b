using System.Numerics;

namespace EdgeStream.Streams;

/// <summary>Which numbers of a producer's present epoch a shard has taken: the highest, and a bit for each of those at
/// most <see cref="Size"/> - 1 below it.</summary>
/// <remarks>Not thread-safe. Of what is older than the window nobody knows whether it was taken.</remarks>
internal sealed class ProducerWindow
{
    /// <summary>The fewest numbers that a window holds, and the step of its size.</summary>
    internal const int SizeStep = 64;

    /// <summary>The most numbers that a window holds.</summary>
    internal const int SizeMax = 1024;

    private readonly ulong[] _taken = new ulong[SizeMax / SizeStep];

    /// <summary>How many numbers it holds; a multiple of <see cref="SizeStep"/>.</summary>
    internal int Size { get; private set; } = SizeStep;

    internal ulong Epoch { get; private set; }

    internal ulong Highest { get; private set; }

    private Span<ulong> Taken => _taken.AsSpan(0, Size / SizeStep);

    /// <summary>Begins an epoch with its first number.</summary>
    internal void Begin(int size, ulong epoch, ulong highest)
    {
        (Size, Epoch, Highest) = (size, epoch, highest);
        _taken.AsSpan().Clear();
        _taken[0] = 1;
    }

    /// <summary>Becomes a copy of another one.</summary>
    internal void CopyFrom(ProducerWindow other)
    {
        (Size, Epoch, Highest) = (other.Size, other.Epoch, other.Highest);
        other._taken.CopyTo(_taken, 0);
    }

    /// <summary>Whether a number was taken, as far as the window reaches.</summary>
    internal bool Has(ulong epoch, ulong sequence) =>
        epoch == Epoch
        && sequence <= Highest
        && Highest - sequence < (ulong)Size
        && IsTaken((int)(Highest - sequence));

    /// <summary>Whether a number is older than the window or of an earlier epoch: it may have been taken or
    /// not.</summary>
    internal bool IsTooOld(ulong epoch, ulong sequence) =>
        epoch < Epoch || (epoch == Epoch && sequence < Highest && Highest - sequence >= (ulong)Size);

    /// <summary>Takes a number that it has not and that is not too old.</summary>
    internal void Take(ulong epoch, ulong sequence)
    {
        if (epoch != Epoch)
        {
            Begin(Size, epoch, sequence);
            return;
        }

        if (sequence > Highest)
        {
            Shift(sequence - Highest);
            Highest = sequence;
        }

        var below = (int)(Highest - sequence);
        _taken[below / SizeStep] |= 1UL << (below % SizeStep);
    }

    /// <summary>Holds more or fewer numbers: what was older than the window stays taken.</summary>
    internal void Resize(int size)
    {
        for (var word = Size / SizeStep; word < size / SizeStep; word++)
        {
            _taken[word] = ulong.MaxValue;
        }

        Size = size;
        _taken.AsSpan(size / SizeStep).Clear();
    }

    /// <summary>Takes all that another shard has taken of the same producer.</summary>
    internal void Add(ProducerWindow other)
    {
        if (other.Epoch != Epoch)
        {
            if (other.Epoch > Epoch)
            {
                CopyFrom(other);
            }

            return;
        }

        var scratch = new ProducerWindow();
        var (high, low) = Highest >= other.Highest ? (this, other) : (other, this);
        scratch.CopyFrom(low);
        scratch.Resize(high.Size);
        scratch.Shift(high.Highest - low.Highest);
        for (var word = 0; word < high.Taken.Length; word++)
        {
            scratch._taken[word] |= high._taken[word];
        }

        scratch.Highest = high.Highest;
        CopyFrom(scratch);
    }

    /// <summary>The first place from here on, counted down from the highest, that is taken or not; the size where there
    /// is none.</summary>
    internal int Find(int below, bool isTaken)
    {
        while (below < Size)
        {
            var word = _taken[below / SizeStep];
            var rest = (isTaken ? word : ~word) >> (below % SizeStep);
            if (rest != 0)
            {
                return below + BitOperations.TrailingZeroCount(rest);
            }

            below = (below / SizeStep * SizeStep) + SizeStep;
        }

        return Size;
    }

    /// <summary>Takes a run of places, counted down from the highest.</summary>
    internal void TakeRun(int below, int count)
    {
        for (var end = below + count; below < end; below++)
        {
            _taken[below / SizeStep] |= 1UL << (below % SizeStep);
        }
    }

    /// <summary>The bits, 64 numbers a word, the highest first.</summary>
    internal Span<ulong> Words => Taken;

    private bool IsTaken(int below) => (_taken[below / SizeStep] & (1UL << (below % SizeStep))) != 0;

    /// <summary>Makes all places so much older; the newest ones are not taken.</summary>
    private void Shift(ulong count)
    {
        var taken = Taken;
        if (count >= (ulong)Size)
        {
            taken.Clear();
            return;
        }

        var (words, bits) = ((int)count / SizeStep, (int)count % SizeStep);
        for (var at = taken.Length - 1; at >= 0; at--)
        {
            var from = at - words;
            var word = from >= 0 ? taken[from] << bits : 0;
            if (bits > 0 && from > 0)
            {
                word |= taken[from - 1] >> (SizeStep - bits);
            }

            taken[at] = word;
        }
    }
}
