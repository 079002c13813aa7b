using System.Buffers;
using System.Runtime.CompilerServices;

namespace EdgeStream.Kinesis;

/// <summary>Bytes that grow in one pooled array.</summary>
/// <remarks>Not thread-safe. Bounded by who writes: <see cref="AnswerOutput"/> counts what answers hold.</remarks>
internal sealed class ResponseBuffer : IDisposable
{
    private const int CapacityMin = 4096;
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(CapacityMin);

    /// <summary>How many bytes were written.</summary>
    internal int Count { get; private set; }

    /// <summary>How many bytes the array has.</summary>
    internal int Capacity => _bytes.Length;

    /// <summary>What was written.</summary>
    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Count);

    /// <summary>Room for at least this many bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> Room(int sizeBytes)
    {
        if (_bytes.Length - Count < sizeBytes)
        {
            Grow(sizeBytes);
        }

        return _bytes.AsSpan(Count);
    }

    /// <summary>Counts bytes that were put into the room as written.</summary>
    internal void Advance(int count) => Count += count;

    /// <summary>Writes bytes.</summary>
    internal void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Count += bytes.Length;
    }

    /// <summary>Writes one byte.</summary>
    internal void Write(byte value)
    {
        Room(1)[0] = value;
        Count++;
    }

    /// <summary>Forgets what was written after a place.</summary>
    internal void TruncateTo(int count) => Count = count;

    /// <summary>Forgets what was written, and gives back an array that has grown.</summary>
    internal void Shrink()
    {
        Count = 0;
        if (_bytes.Length > CapacityMin)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = ArrayPool<byte>.Shared.Rent(CapacityMin);
        }
    }

    /// <summary>Bytes that were written, to be changed.</summary>
    internal Span<byte> Patch(int start, int length) => _bytes.AsSpan(start, length);

    /// <summary>Gives the array back.</summary>
    public void Dispose()
    {
        var bytes = _bytes;
        _bytes = [];
        Count = 0;
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void Grow(int sizeBytes)
    {
        var next = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Count + sizeBytes), _bytes.Length * 2));
        _bytes.AsSpan(0, Count).CopyTo(next);
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = next;
    }
}
