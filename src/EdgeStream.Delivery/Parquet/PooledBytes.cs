using System.Buffers;
using System.Runtime.InteropServices;

namespace EdgeStream.Delivery;

/// <summary>Bytes that grow at their end, in one pooled array of twice their length at most.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class PooledBytes : IDisposable
{
    private const int FirstBytes = 1 << 10;

    private byte[] _bytes = [];

    /// <summary>How many there are.</summary>
    public int Length { get; private set; }

    /// <summary>How much memory they take.</summary>
    public int CapacityBytes => _bytes.Length;

    /// <summary>All of them; valid until the next is added.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>The same as memory.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <summary>All of them as numbers of 64 bits, in the machine's order.</summary>
    public ReadOnlySpan<long> Numbers => MemoryMarshal.Cast<byte, long>(Written);

    /// <summary>All of them as numbers of 32 bits, in the machine's order.</summary>
    public ReadOnlySpan<int> Integers => MemoryMarshal.Cast<byte, int>(Written);

    /// <summary>Adds bytes to be filled in.</summary>
    public Span<byte> Take(int length)
    {
        var start = Length;
        if (length > _bytes.Length - start)
        {
            Grow(length);
        }

        Length = start + length;
        return _bytes.AsSpan(start, length);
    }

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Adds a byte.</summary>
    public void Add(byte value) => Take(1)[0] = value;

    /// <summary>Adds a number of 64 bits in the machine's order.</summary>
    public void AddNumber(long value) => MemoryMarshal.Write(Take(sizeof(long)), in value);

    /// <summary>Adds a number of 32 bits in the machine's order.</summary>
    public void AddInteger(int value) => MemoryMarshal.Write(Take(sizeof(int)), in value);

    /// <summary>Adds a number in LEB128: seven bits a byte, the lowest first.</summary>
    public void AddVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Add((byte)(value | 0x80));
        }

        Add((byte)value);
    }

    /// <summary>Adds a signed number, small ones of both signs in few bytes.</summary>
    public void AddZigzag(long value) => AddVarint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Bytes that were added, to be changed.</summary>
    public Span<byte> At(int start, int length) => _bytes.AsSpan(start, length);

    /// <summary>Forgets what stands behind a length.</summary>
    public void Cut(int length) => Length = length;

    /// <summary>Forgets all, and gives the memory back.</summary>
    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = [];
        Length = 0;
    }

    private void Grow(int length)
    {
        var grown = ArrayPool<byte>.Shared.Rent(Math.Max(
            FirstBytes, Math.Max(checked(Length + length), (int)Math.Min(Array.MaxLength, 2L * _bytes.Length))));
        Written.CopyTo(grown);
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = grown;
    }
}
