using System.Buffers.Binary;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// A disk that breaks the chain: below it an entry's checksum does not cover what stands before the entry, and above it
/// every entry that is whole by itself looks as if it followed from there. A canary: a log on it takes stale bytes for
/// records.
/// </summary>
internal sealed class UnchainedDisk(IDisk disk) : DiskAround(disk)
{
    private const int EntrySizeBytesMax = 16 << 10;
    private const int SaltOffset = 32;
    private const byte KindMax = 5;

    private readonly Dictionary<string, Shown> _shown = new(StringComparer.Ordinal);

    public override IDiskFile Create(string path, long sizeBytes)
    {
        _shown.Remove(path);
        return base.Create(path, sizeBytes);
    }

    public override void Delete(string path)
    {
        base.Delete(path);
        _shown.Remove(path);
    }

    public override void Rename(string path, string newPath)
    {
        base.Rename(path, newPath);
        _shown.Remove(path);
        _shown.Remove(newPath);
    }

    /// <summary>Opening a log begins here: the disk may have lost what was shown before.</summary>
    public override IReadOnlyList<string> List(string folder)
    {
        _shown.Clear();
        return base.List(folder);
    }

    protected override IDiskFile Around(string path, IDiskFile file)
    {
        if (!path.EndsWith(".log", StringComparison.Ordinal))
        {
            return file;
        }

        if (!_shown.TryGetValue(path, out var shown))
        {
            using var region = file.Map();
            _shown[path] = shown = new Shown(region.Bytes);
        }

        return new ChainedFile(file, shown);
    }

    private static uint Checksum(ReadOnlySpan<byte> entry, ulong context)
    {
        var covered = new byte[entry.Length + sizeof(ulong)];
        entry.CopyTo(covered);
        BinaryPrimitives.WriteUInt64LittleEndian(covered.AsSpan(entry.Length), context);
        return Crc32C.Compute(covered);
    }

    /// <summary>A file as the log sees it.</summary>
    private sealed class Shown
    {
        private readonly MemoryBlock _block;

        internal Shown(ReadOnlySpan<byte> below)
        {
            _block = new MemoryBlock(below.Length);
            below.CopyTo(_block.Span);
            Chain(below);
        }

        internal Span<byte> Bytes => _block.Span;

        internal MappedRegion Map(long sizeBytes) => _block.Map((int)sizeBytes);

        private void Chain(ReadOnlySpan<byte> below)
        {
            uint baseBelow = 0;
            uint baseShown = 0;
            var offset = SegmentHeader.SizeBytes;
            while (offset < below.Length)
            {
                var size = EntryFormat.BodySizeAt(below, offset, below.Length, out var lengthSize);
                var end = offset + lengthSize + size;
                var kind = size is > 0 and <= EntrySizeBytesMax ? below[offset + lengthSize] : (byte)0;
                var salt = SegmentHeader.ReadSalt(below);
                if (kind is < EntryFormat.BaseKind or > KindMax
                    || Checksum(below[offset..end], kind == EntryFormat.BaseKind ? salt : baseBelow)
                        != EntryFormat.ChecksumAt(below, end))
                {
                    offset++;
                    continue;
                }

                offset = EntryFormat.Seal(Bytes, offset, end, kind == EntryFormat.BaseKind ? salt : baseShown);
                if (kind == EntryFormat.BaseKind)
                {
                    baseBelow = EntryFormat.ChecksumAt(below, end);
                    baseShown = EntryFormat.ChecksumAt(Bytes, end);
                }
            }
        }
    }

    private sealed class ChainedFile(IDiskFile below, Shown shown) : FileAround(below)
    {
        public override void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            base.Write(offset, offset < SegmentHeader.SizeBytes ? bytes : Unchain(bytes));
            bytes.CopyTo(shown.Bytes[(int)offset..]);
        }

        public override int Read(long offset, Span<byte> bytes) => ReadDevice(offset, bytes);

        public override int ReadDevice(long offset, Span<byte> bytes)
        {
            using var region = Map();
            var source = region.Bytes[(int)Math.Min(offset, region.Bytes.Length)..];
            var count = Math.Min(source.Length, bytes.Length);
            source[..count].CopyTo(bytes);
            return count;
        }

        public override MappedRegion Map() => shown.Map(SizeBytes);

        private byte[] Unchain(ReadOnlySpan<byte> entries)
        {
            var unchained = entries.ToArray();
            var salt = BinaryPrimitives.ReadUInt64LittleEndian(shown.Bytes[SaltOffset..]);
            uint baseChecksum = 0;
            var offset = 0;
            while (offset < entries.Length)
            {
                var size = EntryFormat.BodySizeAt(entries, offset, entries.Length, out var lengthSize);
                if (size == 0)
                {
                    break;
                }

                var end = offset + lengthSize + size;
                var isBase = entries[offset + lengthSize] == EntryFormat.BaseKind;
                var checksum = Checksum(entries[offset..end], isBase ? salt : baseChecksum);
                BinaryPrimitives.WriteUInt32LittleEndian(unchained.AsSpan(end), checksum);
                baseChecksum = isBase ? checksum : baseChecksum;
                offset = end + EntryFormat.ChecksumSizeBytes;
            }

            return unchained;
        }
    }
}
