using System.Buffers.Binary;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>The account's settings, kept in the gateway's state under <c>kinesis/account</c>.</summary>
/// <remarks>Version (1 byte, 1), whether the commitment is enabled (1), then the wall times of its beginning and end in
/// milliseconds (8 each, little-endian; 0 for none). Frozen.</remarks>
/// <param name="IsEnabled">Whether the minimum throughput billing commitment is enabled.</param>
/// <param name="StartedAt">Since when; null if never.</param>
/// <param name="EndedAt">When it was disabled; null while it is enabled, and if never.</param>
internal sealed record AccountSettings(bool IsEnabled, Timestamp? StartedAt, Timestamp? EndedAt)
{
    private const string StateKey = "kinesis/account";
    private const byte Version = 1;
    private const int SizeBytes = 18;

    /// <summary>What was saved last.</summary>
    internal static AccountSettings Read(StreamStore store)
    {
        if (!store.State.TryGet(StateKey, out var bytes) || bytes.Length != SizeBytes || bytes.Span[0] != Version)
        {
            return new AccountSettings(false, null, null);
        }

        return new AccountSettings(bytes.Span[1] != 0, TimeAt(bytes.Span[2..]), TimeAt(bytes.Span[10..]));
    }

    /// <summary>Saves the settings, durably.</summary>
    internal async ValueTask SaveAsync(StreamStore store)
    {
        var bytes = new byte[SizeBytes];
        bytes[0] = Version;
        bytes[1] = IsEnabled ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(2), StartedAt?.UnixMilliseconds ?? 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(10), EndedAt?.UnixMilliseconds ?? 0);
        var batch = new StateBatch();
        batch.Put(StateKey, bytes);
        await store.State.CommitAsync(batch).ConfigureAwait(false);
    }

    private static Timestamp? TimeAt(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadInt64LittleEndian(bytes) is not 0 and var milliseconds
            ? Timestamp.FromUnixMilliseconds(milliseconds)
            : null;
}
