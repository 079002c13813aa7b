using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;

namespace EdgeStream.Kinesis;

/// <summary>A request's body in one pooled array, its bytes counted against what all requests may hold.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class RequestBody(RequestBudget budget) : IDisposable
{
    private const int CapacityMin = 4096;

    // More is held only when it has come: what a request says of its length costs nobody else's room.
    private const int CapacityFirstMax = 256 << 10;

    private byte[] _bytes = [];
    private int _count;
    private long _taken;

    /// <summary>The array; the body is at its beginning.</summary>
    internal byte[] Array => _bytes;

    /// <summary>How many bytes the body has.</summary>
    internal int Count => _count;

    /// <summary>The body.</summary>
    internal ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, _count);

    /// <summary>Reads all of it.</summary>
    /// <param name="input">Where it comes from.</param>
    /// <param name="expected">Its length in bytes where the request says it.</param>
    /// <param name="cancellationToken">Ends when the client has left.</param>
    /// <exception cref="ApiException">It is too large, or all requests together hold too much.</exception>
    internal async ValueTask ReadAsync(PipeReader input, long? expected, CancellationToken cancellationToken)
    {
        if (expected > KinesisLimits.RequestBodyBytesMax)
        {
            throw TooLarge();
        }

        EnsureCapacity((int)Math.Min(expected ?? CapacityMin, CapacityFirstMax));
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = read.Buffer;
            if (_count + buffer.Length > KinesisLimits.RequestBodyBytesMax)
            {
                throw TooLarge();
            }

            EnsureCapacity(_count + (int)buffer.Length);
            buffer.CopyTo(_bytes.AsSpan(_count));
            _count += (int)buffer.Length;
            input.AdvanceTo(buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Replaces a body that is compressed with gzip by what it stands for.</summary>
    /// <exception cref="ApiException">It is no gzip, or stands for too much.</exception>
    internal void Decompress()
    {
        using var plain = new RequestBody(budget);
        try
        {
            using var gzip = new GZipStream(new MemoryStream(_bytes, 0, _count), CompressionMode.Decompress);
            plain.Fill(gzip);
        }
        catch (InvalidDataException)
        {
            throw ApiException.Serialization(null);
        }

        (_bytes, plain._bytes) = (plain._bytes, _bytes);
        (_count, plain._count) = (plain._count, _count);
        (_taken, plain._taken) = (plain._taken, _taken);
    }

    /// <summary>Gives the array back.</summary>
    public void Dispose()
    {
        var bytes = _bytes;
        _bytes = [];
        _count = 0;
        budget.Return(_taken);
        _taken = 0;
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void Fill(GZipStream gzip)
    {
        EnsureCapacity(CapacityMin);
        while (true)
        {
            var read = gzip.Read(_bytes.AsSpan(_count));
            if (read == 0)
            {
                return;
            }

            _count += read;
            if (_count == _bytes.Length)
            {
                if (_count >= KinesisLimits.RequestBodyBytesMax)
                {
                    throw TooLarge();
                }

                EnsureCapacity(_count + 1);
            }
        }
    }

    private void EnsureCapacity(int sizeBytes)
    {
        if (_bytes.Length >= sizeBytes && _bytes.Length > 0)
        {
            return;
        }

        var size = Math.Max(Math.Max(sizeBytes, CapacityMin), Math.Min(2 * _count, KinesisLimits.RequestBodyBytesMax));
        budget.Take(size - _taken);
        _taken = size;
        var next = ArrayPool<byte>.Shared.Rent(size);
        _bytes.AsSpan(0, _count).CopyTo(next);
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = next;
    }

    private static ApiException TooLarge() => new(ErrorType.Validation, "The request is too large.", 413);
}
