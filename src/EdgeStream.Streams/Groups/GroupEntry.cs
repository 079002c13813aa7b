using System.Buffers.Binary;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>What the state keeps of a group beside its leases.</summary>
/// <remarks>
/// Version (1 byte, 1), lease duration in milliseconds (4), when it was made in microseconds (8), then the kind of its
/// start (1) and the start's time in microseconds (8); numbers are little-endian. Frozen.
/// </remarks>
internal sealed record GroupEntry(GroupOptions Options, Timestamp CreatedAt)
{
    private const byte Version = 1;
    private const int DurationAt = 1;
    private const int CreatedAtAt = 5;
    private const int KindAt = 13;
    private const int TimeAt = 14;
    private const int SizeBytes = 22;

    internal byte[] ToBytes()
    {
        var bytes = new byte[SizeBytes];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt32LittleEndian(
            bytes.AsSpan(DurationAt), (int)Options.LeaseDuration.TotalMilliseconds);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(CreatedAtAt), CreatedAt.UnixMicroseconds);
        bytes[KindAt] = (byte)Options.Start.Kind;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(TimeAt), Options.Start.Time.UnixMicroseconds);
        return bytes;
    }

    /// <exception cref="InvalidDataException">The bytes are no group of a version that this program knows.</exception>
    internal static GroupEntry Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeBytes || bytes[0] != Version)
        {
            throw new InvalidDataException("A group in the gateway's state is of a version that is not known.");
        }

        var start = (ShardPositionKind)bytes[KindAt] switch
        {
            ShardPositionKind.Latest => ShardPosition.Latest,
            ShardPositionKind.AtTimestamp => ShardPosition.AtTime(
                new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(bytes[TimeAt..]))),
            _ => ShardPosition.TrimHorizon,
        };
        return new GroupEntry(
            new GroupOptions
            {
                Start = start,
                LeaseDuration = TimeSpan.FromMilliseconds(
                    BinaryPrimitives.ReadInt32LittleEndian(bytes[DurationAt..])),
            },
            new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(bytes[CreatedAtAt..])));
    }
}
