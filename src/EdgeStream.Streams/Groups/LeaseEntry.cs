using System.Buffers.Binary;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>What the state keeps of one lease.</summary>
/// <remarks>
/// Version (1 byte, 1), counter (8), sequence of the checkpoint (8), place within that record (4, -1 for all of it),
/// then the owner's name in UTF-8, nothing for none; numbers are little-endian. Frozen. When the lease runs out is not
/// kept: a lease that is found when the store is opened runs anew from then on, so that nobody has it shorter than
/// promised, and a renewal writes nothing.
/// </remarks>
internal sealed record LeaseEntry
{
    private const byte Version = 1;
    private const int CounterAt = 1;
    private const int SequenceAt = 9;
    private const int SubSequenceAt = 17;
    private const int OwnerAt = 21;

    /// <summary>The lease of a shard that nobody has had.</summary>
    internal static readonly LeaseEntry New = new();

    internal string? Owner { get; init; }

    internal long Counter { get; init; }

    internal GroupCheckpoint Checkpoint { get; init; }

    internal byte[] ToBytes()
    {
        var bytes = new byte[OwnerAt + Encoding.UTF8.GetByteCount(Owner ?? "")];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(CounterAt), Counter);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(SequenceAt), Checkpoint.Sequence.Value);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(SubSequenceAt), Checkpoint.SubSequence ?? -1);
        Encoding.UTF8.GetBytes(Owner ?? "", bytes.AsSpan(OwnerAt));
        return bytes;
    }

    /// <exception cref="InvalidDataException">The bytes are no lease of a version that this program knows.</exception>
    internal static LeaseEntry Read(ReadOnlySpan<byte> bytes) => TryRead(bytes)
        ?? throw new InvalidDataException("A lease in the gateway's state is of a version that is not known.");

    /// <summary>Null for bytes that are no lease of a version that this program knows.</summary>
    internal static LeaseEntry? TryRead(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < OwnerAt || bytes[0] != Version)
        {
            return null;
        }

        var place = BinaryPrimitives.ReadInt32LittleEndian(bytes[SubSequenceAt..]);
        return new LeaseEntry
        {
            Counter = BinaryPrimitives.ReadInt64LittleEndian(bytes[CounterAt..]),
            Checkpoint = new GroupCheckpoint(
                new SequenceNumber(BinaryPrimitives.ReadInt64LittleEndian(bytes[SequenceAt..])),
                place < 0 ? null : place),
            Owner = bytes.Length == OwnerAt ? null : Encoding.UTF8.GetString(bytes[OwnerAt..]),
        };
    }
}
