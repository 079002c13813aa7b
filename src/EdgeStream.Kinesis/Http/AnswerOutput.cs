using System.Numerics;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeStream.Kinesis;

/// <summary>Where an answer is written: a small one is sent as a whole, a larger one in chunks as it is made.</summary>
/// <remarks>
/// Not thread-safe. Up to 64 KiB are held without being counted; more takes room of <see cref="AnswerBudget"/> first.
/// Until the first chunk is sent the answer may become an error.
/// </remarks>
internal sealed class AnswerOutput(
    IFeatureCollection features, AnswerBudget budget, TimeSpan waitTimeMax) : IDisposable
{
    /// <summary>An answer of so many bytes is sent, and held, in chunks.</summary>
    internal const int ChunkSizeBytes = 64 << 10;

    // What an answer in chunks holds: a chunk and a value of that size in an array of twice as much, and a chunk that
    // is on its way.
    private const int ChunkRoomBytes = 5 * ChunkSizeBytes;

    private long _room;

    /// <summary>What was written and is not sent.</summary>
    internal ResponseBuffer Buffer { get; } = new();

    /// <summary>What the answer says that it is.</summary>
    internal string? ContentType { get; set; }

    /// <summary>Whether a part was sent: then the answer ends as it began.</summary>
    internal bool HasBegun { get; private set; }

    /// <summary>Whether a chunk was written.</summary>
    internal bool IsChunk => Buffer.Count >= ChunkSizeBytes;

    /// <summary>Takes room for a value that is going to be written, if it is there.</summary>
    internal bool TryReserve(int sizeBytes)
    {
        var missing = RoomFor(sizeBytes) - _room;
        if (missing <= 0 || budget.TryTake(missing))
        {
            _room += Math.Max(0, missing);
            return true;
        }

        return false;
    }

    /// <summary>Takes room for a value that is going to be written.</summary>
    /// <param name="sizeBytes">How many bytes it has at most.</param>
    /// <param name="errorType">The error when room does not come in time.</param>
    /// <param name="cancellationToken">Ends when the client has left.</param>
    /// <exception cref="ApiException">There was no room for too long.</exception>
    internal ValueTask ReserveAsync(int sizeBytes, string errorType, CancellationToken cancellationToken) =>
        Buffer.Count + sizeBytes <= ChunkSizeBytes || TryReserve(sizeBytes)
            ? default
            : WaitAsync(RoomFor(sizeBytes) - _room, errorType, cancellationToken);

    /// <summary>Takes room for a chunk and a value of an answer that begins anew, however long it takes until it is
    /// there.</summary>
    /// <remarks>What was written is forgotten. Room that others wait for is theirs first, and what the last value took
    /// beyond this one's is given back with its memory.</remarks>
    internal async ValueTask WaitForRoomAsync(int sizeBytes, CancellationToken cancellationToken)
    {
        Buffer.TruncateTo(0);
        var room = RoomFor(sizeBytes);
        if (_room > room || budget.IsAwaited)
        {
            Release();
        }

        if (!TryReserve(sizeBytes))
        {
            // Nothing is held while others are waited for: two that wait for each other would wait for ever.
            Release();
            await budget.TakeAsync(room, Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
            _room = room;
        }
    }

    /// <summary>Gives back the room that only writing takes: what was written is now sent.</summary>
    internal void EndWriting()
    {
        var surplus = _room - (Buffer.Capacity + ChunkSizeBytes);
        if (surplus > 0)
        {
            budget.Return(surplus);
            _room -= surplus;
        }
    }

    /// <summary>Gives back the room, and the memory that took it.</summary>
    internal void Release()
    {
        Buffer.Shrink();
        budget.Return(_room);
        _room = 0;
    }

    /// <summary>Sends what was written where it is a chunk.</summary>
    /// <returns>Whether something was sent: then places in the buffer mean nothing any more.</returns>
    /// <exception cref="ApiException">There was no room for too long, and nothing was sent.</exception>
    internal ValueTask<bool> DrainAsync(string errorType, CancellationToken cancellationToken) =>
        IsChunk ? SendChunkAsync(errorType, cancellationToken) : new ValueTask<bool>(false);

    /// <summary>Sends the rest, or all of it.</summary>
    internal async ValueTask EndAsync(int statusCode, CancellationToken cancellationToken)
    {
        if (!HasBegun)
        {
            Begin(statusCode, Buffer.Count);
        }

        await SendAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Buffer.Dispose();
        budget.Return(_room);
        _room = 0;
    }

    private async ValueTask<bool> SendChunkAsync(string errorType, CancellationToken cancellationToken)
    {
        if (!HasBegun)
        {
            await ReserveAsync(0, errorType, cancellationToken).ConfigureAwait(false);
            Begin(200, null);
        }

        await SendAsync(cancellationToken).ConfigureAwait(false);
        Buffer.TruncateTo(0);
        return true;
    }

    private async ValueTask WaitAsync(long missing, string errorType, CancellationToken cancellationToken)
    {
        if (!await budget.TakeAsync(missing, waitTimeMax, cancellationToken).ConfigureAwait(false))
        {
            throw new ApiException(
                errorType, "The answers of the gateway hold as much memory as they may. Try again.");
        }

        _room += missing;
    }

    private void Begin(int statusCode, long? sizeBytes)
    {
        var response = features.GetRequiredFeature<IHttpResponseFeature>();
        response.StatusCode = statusCode;
        response.Headers.ContentType = ContentType;
        response.Headers.ContentLength = sizeBytes;
        HasBegun = true;
    }

    private ValueTask SendAsync(CancellationToken cancellationToken) => SendAsync(
        features.GetRequiredFeature<IHttpResponseBodyFeature>(), Buffer.Written, cancellationToken);

    /// <summary>Sends bytes in pieces, so that the connection holds no second copy of all of them.</summary>
    internal static async ValueTask SendAsync(
        IHttpResponseBodyFeature body, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            var size = Math.Min(bytes.Length, ChunkSizeBytes);
            await body.Writer.WriteAsync(bytes[..size], cancellationToken).ConfigureAwait(false);
            bytes = bytes[size..];
        }
    }

    private long RoomFor(int sizeBytes) => Math.Max(
        ChunkRoomBytes,
        ChunkSizeBytes + (long)BitOperations.RoundUpToPowerOf2((uint)(Buffer.Count + sizeBytes)));
}
