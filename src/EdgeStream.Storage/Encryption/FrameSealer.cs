using System.Security.Cryptography;

namespace EdgeStream.Storage;

/// <summary>Encrypts the frames that are written to one segment since it was made or opened.</summary>
/// <remarks>Not thread-safe; the committer's.</remarks>
internal sealed class FrameSealer(SegmentCipher cipher, ulong salt) : IDisposable
{
    private readonly AesGcm _cipher = cipher.NewCipher();
    private NonceSequence _nonces = NonceSequence.Begin();

    /// <summary>Seals whole frames, at least so many bytes of them or all there are.</summary>
    /// <param name="chainAndEntries">The entries of one commit; four bytes before each are what goes before.</param>
    /// <param name="frames">The places of all frames of the commit, counted from its first entry.</param>
    /// <param name="next">The first frame to seal; moves behind the last that was sealed.</param>
    /// <param name="sizeBytesMin">How much to seal.</param>
    /// <returns>Where the last frame ends that was sealed.</returns>
    internal int Seal(
        Span<byte> chainAndEntries, IReadOnlyList<IndexPoint> frames, ref int next, int sizeBytesMin)
    {
        var start = frames[next].Offset + EntryFormat.ChecksumSizeBytes;
        var sealedEnd = start;
        while (next < frames.Count && sealedEnd - start < sizeBytesMin)
        {
            next++;
            var end = next < frames.Count
                ? frames[next].Offset + EntryFormat.ChecksumSizeBytes
                : chainAndEntries.Length;
            SealedFrame.Seal(_cipher, ref _nonces, salt, chainAndEntries, sealedEnd, end);
            sealedEnd = end;
        }

        return sealedEnd;
    }

    /// <inheritdoc/>
    public void Dispose() => _cipher.Dispose();
}
