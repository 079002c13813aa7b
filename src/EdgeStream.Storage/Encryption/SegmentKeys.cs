namespace EdgeStream.Storage;

/// <summary>Which keys the segments of a log need, and opening their key blocks with those that are given.</summary>
internal static class SegmentKeys
{
    /// <summary>Reads all headers of a log; changes nothing.</summary>
    /// <exception cref="EncryptionKeyException">
    /// A segment is encrypted with a key that is not given. Without it nobody can tell damage from what is whole, so
    /// that nothing may be put right either.
    /// </exception>
    internal static void Check(IDisk disk, string folder, LogEncryption? encryption)
    {
        string? missing = null;
        var others = 0;
        var horizon = TrimHorizon.Read(disk, folder, out _);
        foreach (var name in disk.List(folder))
        {
            if (!SegmentFile.TryParseName(name, out var first) || first < horizon)
            {
                continue;
            }

            var path = Path.Combine(folder, name);
            using var file = disk.Open(path);
            var problem = file.SizeBytes < SegmentHeader.SizeBytes ? null : FindProblem(path, first, file, encryption);
            missing ??= problem;
            others += problem is null || problem == missing ? 0 : 1;
        }

        if (missing is not null)
        {
            throw new EncryptionKeyException(
                others == 0 ? missing : $"{missing} {others} more segments lack a key, too.");
        }
    }

    /// <summary>A segment's cipher; null if it is not encrypted, or its key block is damaged.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="header">Its header.</param>
    /// <param name="encryption">The keys.</param>
    internal static SegmentCipher? Open(ReadOnlySpan<byte> bytes, in SegmentHeader header, LogEncryption? encryption)
    {
        if ((header.Flags & SegmentFlags.Encrypted) == 0 || encryption is null)
        {
            return null;
        }

        SegmentCipher.TryReadKey(bytes, out var id, out _);
        if (encryption.Find(id) is { } named
            && SegmentCipher.TryOpen(bytes, named, header.Salt, header.FirstSequence) is { } cipher)
        {
            return cipher;
        }

        // Where the identifier is what is damaged, the tag still tells the right key.
        foreach (var key in encryption.Keys)
        {
            if (SegmentCipher.TryOpen(bytes, key, header.Salt, header.FirstSequence) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>
    /// What the header of an encrypted segment says at least, where its bytes are damaged: its frames tell that it is
    /// one.
    /// </summary>
    /// <param name="bytes">The file.</param>
    /// <param name="salt">What its salt may be.</param>
    /// <param name="first">The first record, by the file's name.</param>
    /// <param name="header">The header, with this salt.</param>
    internal static bool TryGuessHeader(
        ReadOnlySpan<byte> bytes, ulong salt, SequenceNumber first, out SegmentHeader header)
    {
        header = new SegmentHeader(
            bytes.Length,
            first,
            default,
            salt,
            0,
            0,
            0,
            SegmentFlags.Encrypted | SegmentHeader.Behind(LogWriter.UnsyncedSegmentsMax),
            SegmentCipher.HeaderSizeBytes);
        if (bytes.Length <= SegmentCipher.HeaderSizeBytes)
        {
            return false;
        }

        var probe = new EntryCursor(header.Salt, SegmentCipher.HeaderSizeBytes, first.Previous);
        var start = probe.FindBase(bytes, SegmentCipher.HeaderSizeBytes, bytes.Length);
        var cursor = new EntryCursor(header.Salt, start, first.Previous);
        return start < bytes.Length
            && cursor.TryStep(bytes, bytes.Length, out _) == EntryStep.Base
            && cursor.TryStep(bytes, bytes.Length, out _) == EntryStep.Sealed;
    }

    private static bool TryGuessHeader(IDiskFile file, SequenceNumber first, out SegmentHeader header)
    {
        using var image = SegmentImage.Of(file);
        return TryGuessHeader(image.Bytes, SegmentHeader.ReadSalt(image.Bytes), first, out header);
    }

    private static string? FindProblem(
        string path, SequenceNumber first, IDiskFile file, LogEncryption? encryption)
    {
        var beginning = SegmentFile.ReadBeginning(file, out var isReadable);
        if (!isReadable)
        {
            // No key helps: it is kept as what it is.
            return null;
        }

        var head = beginning[..Math.Min(beginning.Length, SegmentCipher.HeaderSizeBytes)];
        var isWhole = SegmentHeader.Read(head, out var header) == SegmentHeaderStatus.Valid
            || (HeaderRepair.TryRepair(head)
                && SegmentHeader.Read(head, out header) == SegmentHeaderStatus.Valid);
        if ((!isWhole
                && !SegmentHeader.TryReadBeforeBlock(head, out header)
                && !TryGuessHeader(file, first, out header))
            || (header.Flags & SegmentFlags.Encrypted) == 0
            || Open(head, header, encryption) is not null)
        {
            return null;
        }

        if (!SegmentCipher.TryReadKey(head, out var id, out var name)
            || (isWhole && header.EntriesOffset != SegmentCipher.HeaderSizeBytes))
        {
            throw new IOException(
                $"{path} was written by another version of this program. Nothing was changed; use that version.");
        }

        // A damaged block may name any key: what it holds is lost if no key is missing by its name.
        var isKnown = encryption?.Find(id) is not null;
        var isMissing = SegmentCipher.TryReadName(head, out var whole) && encryption?.Find(whole) is null;
        if (isKnown || (!isWhole && !isMissing && encryption is { Keys.Count: > 0 }))
        {
            return null;
        }

        var hint = encryption?.Find(name) is { } namesake
            ? $"the key that is given under this name is another one, {namesake}"
            : "no such key is given";
        var way = isWhole
            ? "give that key back, and nothing is lost."
            : "give that key back. Its key block is damaged, too: if the key is gone for good, any key under this name "
                + "lets the log start without these records.";
        return $"{path} is encrypted with the key {EncryptionKey.Describe(name, id)}, and {hint}. "
            + $"Nothing was changed; {way}";
    }
}
