using System.Buffers.Binary;
using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>Gaps of one delivery and shard by name, 256 at most, and how many records are in those that no list names
/// any more.</summary>
/// <remarks>
/// <para>At most 8,208 bytes, version 1, little-endian, under <c>&lt;ledger entry&gt;/gaps</c>: 2 version, 2 gaps, 4
/// zero, 8 records of gaps that are not named any more; then each gap in 32: 8 first, 8 last, 1 why, 1 reason, 6 zero,
/// 8 when it was noticed, microseconds since 1970.</para>
/// <para>Not thread-safe.</para>
/// </remarks>
internal sealed class GapList
{
    /// <summary>So many are named.</summary>
    public const int GapsMax = 256;

    private const int HeaderLength = 16;
    private const int GapLength = 32;
    private const ushort Version = 1;

    private readonly List<Gap> _gaps = [];

    /// <summary>Begins one without gaps.</summary>
    public GapList()
    {
    }

    /// <summary>Begins one that is to be written.</summary>
    public GapList(IEnumerable<Gap> gaps, long forgottenRecords)
    {
        _gaps.AddRange(gaps);
        ForgottenRecords = forgottenRecords;
        IsChanged = true;
    }

    /// <summary>The gaps, in the order in which they were noticed.</summary>
    public IReadOnlyList<Gap> Gaps => _gaps;

    /// <summary>Records of older gaps.</summary>
    public long ForgottenRecords { get; private set; }

    /// <summary>Records of these gaps.</summary>
    public long NamedRecords
    {
        get
        {
            var records = 0L;
            foreach (var gap in _gaps)
            {
                records += gap.RecordCount;
            }

            return records;
        }
    }

    /// <summary>Whether anything was added since it was read or written.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>Reads a list.</summary>
    /// <exception cref="InvalidDataException">The bytes are none that <see cref="Write"/> wrote.</exception>
    public static GapList Read(ReadOnlySpan<byte> bytes)
    {
        var list = new GapList();
        var isKnown = bytes.Length >= HeaderLength && BinaryPrimitives.ReadUInt16LittleEndian(bytes) == Version;
        var count = isKnown ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]) : 0;
        if (!isKnown || count > GapsMax || bytes.Length != HeaderLength + (count * GapLength))
        {
            throw new InvalidDataException($"A delivery's list of gaps of {bytes.Length} bytes cannot be read.");
        }

        list.ForgottenRecords = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        for (var i = 0; i < count; i++)
        {
            var item = bytes.Slice(HeaderLength + (i * GapLength), GapLength);
            list._gaps.Add(new Gap(
                BinaryPrimitives.ReadInt64LittleEndian(item),
                BinaryPrimitives.ReadInt64LittleEndian(item[8..]),
                (GapWhy)item[16],
                (RejectionReason)item[17],
                new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(item[24..]))));
        }

        return list;
    }

    /// <summary>Whether a gap has no room: not even as the end of the last one.</summary>
    public bool IsFullFor(Gap gap) => _gaps.Count >= GapsMax && !GoesOn(gap);

    /// <summary>Adds a gap, to the last one where it goes on there for the same reason.</summary>
    /// <exception cref="InvalidOperationException">There is no room.</exception>
    public void Add(Gap gap)
    {
        IsChanged = true;
        if (GoesOn(gap))
        {
            _gaps[^1] = _gaps[^1] with { Last = gap.Last };
        }
        else if (_gaps.Count < GapsMax)
        {
            _gaps.Add(gap);
        }
        else
        {
            throw new InvalidOperationException("The list of gaps is full.");
        }
    }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        IsChanged = _gaps.Count > 0 || ForgottenRecords > 0;
        _gaps.Clear();
        ForgottenRecords = 0;
    }

    /// <summary>The bytes.</summary>
    public byte[] Write()
    {
        IsChanged = false;
        var bytes = new byte[HeaderLength + (_gaps.Count * GapLength)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, Version);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)_gaps.Count);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), ForgottenRecords);
        for (var i = 0; i < _gaps.Count; i++)
        {
            var item = bytes.AsSpan(HeaderLength + (i * GapLength), GapLength);
            BinaryPrimitives.WriteInt64LittleEndian(item, _gaps[i].First);
            BinaryPrimitives.WriteInt64LittleEndian(item[8..], _gaps[i].Last);
            item[16] = (byte)_gaps[i].Why;
            item[17] = (byte)_gaps[i].Reason;
            BinaryPrimitives.WriteInt64LittleEndian(item[24..], _gaps[i].NoticedAt.UnixMicroseconds);
        }

        return bytes;
    }

    private bool GoesOn(Gap gap) => _gaps.Count > 0 && _gaps[^1] is var last && last.Last == gap.First - 1
        && last.Why == gap.Why && last.Reason == gap.Reason;
}
