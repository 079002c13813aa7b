using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EdgeStream.Storage;

/// <summary>Nonces that never repeat under one key: a random 96-bit number, counted up by one each time.</summary>
/// <remarks>
/// Where a file is written on after a power cut, the same offsets may be written again, so no nonce may follow from a
/// place. Every opening draws a beginning of its own (NIST SP 800-38D, 8.2.2): that two of them ever meet, with 2²⁴
/// frames in a segment, has a probability below 2⁻⁷⁰ for each pair of openings.
/// </remarks>
internal struct NonceSequence
{
    private ulong _low;
    private uint _high;

    /// <summary>Draws a beginning.</summary>
    internal static NonceSequence Begin()
    {
        Span<byte> random = stackalloc byte[SealedFrame.NonceSizeBytes];
        RandomNumberGenerator.Fill(random);
        return new NonceSequence
        {
            _low = BinaryPrimitives.ReadUInt64LittleEndian(random),
            _high = BinaryPrimitives.ReadUInt32LittleEndian(random[sizeof(ulong)..]),
        };
    }

    /// <summary>Writes the next one.</summary>
    internal void Next(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, _low);
        BinaryPrimitives.WriteUInt32LittleEndian(target[sizeof(ulong)..], _high);
        _high += ++_low == 0 ? 1u : 0u;
    }
}
