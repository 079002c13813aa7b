using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using EdgeStream.Analytics.Detection;

namespace EdgeStream.Analytics;

/// <summary>How many different items each window has: SQL's COUNT_DISTINCT_ITEMS_TUMBLING.</summary>
/// <remarks>
/// Exact up to 10,000 items, but for the chance of two 64-bit hashes meeting; beyond it a HyperLogLog of 16,384
/// registers (P.
/// Flajolet, E. Fusy, O. Gandouet, F. Meunier, AofA 2007), off by 0.8 % as a rule.
/// </remarks>
public sealed class DistinctItemsWindow : TumblingFunction
{
    /// <summary>Up to so many items a count is exact.</summary>
    public const int ExactMax = 10_000;

    private const byte Version = 1;
    private const int RegisterBits = 14;
    private const int Registers = 1 << RegisterBits;
    private const int SetEntryBytes = 24;

    // Of the estimate's bias, for so many registers.
    private const double Alpha = 0.7213 / (1 + (1.079 / Registers));
    private const double LinearMax = 2.5 * Registers;

    private readonly HashSet<ulong> _hashes = [];
    private readonly byte[] _registers = new byte[Registers];

    /// <summary>Begins without a window.</summary>
    /// <param name="windowSeconds">The length of a window.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is out of its range.</exception>
    public DistinctItemsWindow(int windowSeconds)
        : base(windowSeconds)
    {
    }

    /// <inheritdoc/>
    public override long SizeBytesMax => Registers + (2 * SetEntryBytes * ExactMax);

    /// <inheritdoc/>
    public override int SavedBytesMax => 1 + sizeof(long) + sizeof(int)
        + (_hashes.Count <= ExactMax ? _hashes.Count * sizeof(ulong) : 0) + Registers;

    /// <summary>Gives the number of different items and ends the window.</summary>
    public long Close()
    {
        var count = _hashes.Count <= ExactMax ? _hashes.Count : Estimate();
        _hashes.Clear();
        Array.Clear(_registers);
        WindowEnd = long.MaxValue;
        return count;
    }

    /// <inheritdoc/>
    public override int Save(Span<byte> destination)
    {
        var writer = new SavedFieldWriter(destination);
        writer.Add(Version);
        writer.Add(WindowEnd);
        writer.Add(_hashes.Count);
        if (_hashes.Count <= ExactMax)
        {
            foreach (var hash in _hashes)
            {
                writer.Add((long)hash);
            }
        }
        else
        {
            _registers.CopyTo(writer.Rest);
            writer.Advance(Registers);
        }

        return writer.Length;
    }

    /// <inheritdoc/>
    public override bool TryLoad(ReadOnlySpan<byte> source)
    {
        Close();
        var reader = new SavedFieldReader(source);
        var isKnown = reader.Byte() == Version;
        var end = reader.Long();
        var count = reader.Int();
        if (!isKnown || count < 0 || count > ExactMax + 1)
        {
            return false;
        }

        if (count > ExactMax)
        {
            // The set itself is of no more use; that it was too large is.
            for (ulong filler = 0; filler < (ulong)count; filler++)
            {
                _hashes.Add(filler);
            }

            reader.Take(Registers).CopyTo(_registers);
        }

        for (var index = 0; index < count && count <= ExactMax; index++)
        {
            Take((ulong)reader.Long());
        }

        if (reader.IsDamaged || !reader.Rest.IsEmpty)
        {
            Close();
            return false;
        }

        WindowEnd = end;
        return true;
    }

    private protected override void Count(ReadOnlySpan<byte> item)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(item, hash);
        Take(BinaryPrimitives.ReadUInt64LittleEndian(hash));
    }

    private void Take(ulong hash)
    {
        if (_hashes.Count <= ExactMax)
        {
            _hashes.Add(hash);
        }

        var register = (int)(hash >> (64 - RegisterBits));
        var rank = (byte)(BitOperations.LeadingZeroCount((hash << RegisterBits) | (Registers - 1)) + 1);
        _registers[register] = Math.Max(_registers[register], rank);
    }

    private long Estimate()
    {
        var (sum, empty) = (0.0, 0);
        foreach (var rank in _registers)
        {
            sum += Math.ScaleB(1, -rank);
            empty += rank == 0 ? 1 : 0;
        }

        var estimate = Alpha * Registers * Registers / sum;
        return (long)Math.Round(estimate <= LinearMax && empty > 0
            ? Registers * Math.Log((double)Registers / empty)
            : estimate);
    }
}
