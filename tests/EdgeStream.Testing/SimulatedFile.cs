using System.Runtime.InteropServices;
using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>
/// One file of a <see cref="SimulatedDisk"/>: what the kernel shows, what the device has, and which sectors differ.
/// </summary>
internal sealed unsafe class SimulatedFile(SimulatedDisk disk, int sizeBytes)
{
    private readonly HashSet<int> _dirtySectors = [];
    private readonly NativeBlock _cache = new(sizeBytes);
    private readonly byte[] _device = new byte[sizeBytes];
    private long _deviceSizeBytes = sizeBytes;

    internal required string Path { get; set; }

    internal long SizeBytes { get; private set; } = sizeBytes;

    internal Span<byte> Bytes => _cache.Span[..(int)SizeBytes];

    internal IDiskFile OpenHandle()
    {
        disk.OpenFileCount++;
        return new Handle(this, disk);
    }

    internal void WriteDurably(ReadOnlySpan<byte> content)
    {
        content.CopyTo(_cache.Span);
        content.CopyTo(_device);
    }

    internal void LoseUnsynced()
    {
        foreach (var sector in _dirtySectors)
        {
            if (disk.Random.Next(2) == 0)
            {
                CopySector(sector, _cache.Span, _device);
            }
        }

        _dirtySectors.Clear();
        _device.CopyTo(_cache.Span);
        if (SizeBytes != _deviceSizeBytes && disk.Random.Next(2) == 0)
        {
            SizeBytes = _deviceSizeBytes;
        }

        _deviceSizeBytes = SizeBytes;
    }

    /// <summary>Its size is not on the device yet.</summary>
    internal void DoubtSize() => _deviceSizeBytes = 0;

    private void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        bytes.CopyTo(_cache.Span[(int)offset..]);
        var last = (int)((offset + bytes.Length - 1) / disk.SectorSizeBytes);
        for (var sector = (int)(offset / disk.SectorSizeBytes); sector <= last; sector++)
        {
            _dirtySectors.Add(sector);
        }
    }

    private void Sync()
    {
        foreach (var sector in _dirtySectors)
        {
            CopySector(sector, _cache.Span, _device);
        }

        _dirtySectors.Clear();
        _deviceSizeBytes = SizeBytes;
    }

    private void CopySector(int sector, ReadOnlySpan<byte> from, Span<byte> to)
    {
        var start = sector * disk.SectorSizeBytes;
        var count = Math.Min(disk.SectorSizeBytes, from.Length - start);
        from.Slice(start, count).CopyTo(to[start..]);
    }

    private sealed class Handle(SimulatedFile file, SimulatedDisk disk) : IDiskFile
    {
        private const int PageSizeBytes = 4096;

        private bool _isClosed;

        public long SizeBytes => file.SizeBytes;

        public bool IsFirstWriteCostly => disk.IsFirstWriteCostly;

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            lock (disk.Gate)
            {
                if (disk.IsCutIn())
                {
                    file.Write(offset, bytes);
                    SimulatedDisk.ThrowCutOr("", isCut: true);
                }

                if (!disk.TryCountWrite())
                {
                    file.Write(offset, bytes[..disk.Random.Next(bytes.Length)]);
                    throw new IOException("The disk failed to write.");
                }

                file.Write(offset, bytes);
                disk.Mend(file.Path, offset, bytes.Length);
            }
        }

        public void Sync()
        {
            lock (disk.Gate)
            {
                disk.ThrowIfOff();
                if (!disk.TryCountSync())
                {
                    // As Linux does: what could not be written counts as clean from now on.
                    file._dirtySectors.Clear();
                    throw new IOException("The disk failed to sync.");
                }

                if (!disk.LiesAboutSync)
                {
                    file.Sync();
                }
            }
        }

        public int ReadDevice(long offset, Span<byte> bytes)
        {
            lock (disk.Gate)
            {
                disk.ThrowIfOff();
                var source = file.Bytes[(int)Math.Min(offset, file.SizeBytes)..];
                var count = Math.Min(source.Length, bytes.Length);
                if (count == 0)
                {
                    return 0;
                }

                if (!disk.IsReadable(file.Path, offset, count))
                {
                    // As Linux does: a read ends before the page that cannot be read, and fails where it begins there.
                    count = (int)(disk.UnreadableByte!.Value / PageSizeBytes * PageSizeBytes - offset);
                }
                else if (!disk.TryCountRead())
                {
                    var pages = (count + PageSizeBytes - 1) / PageSizeBytes;
                    var bad = (offset / PageSizeBytes) + disk.Random.Next(pages + 1);
                    count = (int)Math.Min(count, (bad * PageSizeBytes) - offset);
                }

                if (count <= 0)
                {
                    throw new IOException("The disk cannot read this sector.");
                }

                source[..count].CopyTo(bytes);
                return count;
            }
        }

        public void Truncate(long sizeBytes)
        {
            lock (disk.Gate)
            {
                if (disk.KeepsNames)
                {
                    file.SizeBytes = sizeBytes;
                    file._deviceSizeBytes = sizeBytes;
                    return;
                }

                var isCut = disk.IsCutIn();
                if (!isCut && !disk.TryCountTruncate())
                {
                    throw new IOException("The disk failed to cut a file.");
                }

                file.SizeBytes = sizeBytes;
                if (isCut)
                {
                    SimulatedDisk.ThrowCutOr("", isCut);
                }
            }
        }

        public MappedRegion Map() => new(file._cache.Address, file.SizeBytes, file._cache.Share());

        public void Dispose()
        {
            lock (disk.Gate)
            {
                disk.OpenFileCount -= _isClosed ? 0 : 1;
                _isClosed = true;
            }
        }
    }

    /// <summary>Native memory that lives as long as the file or any mapping of it.</summary>
    private sealed class NativeBlock(int sizeBytes)
    {
        private readonly Memory _memory = new((byte*)NativeMemory.AllocZeroed((nuint)Math.Max(1, sizeBytes)));

        internal byte* Address => _memory.Address;

        internal Span<byte> Span => new(_memory.Address, sizeBytes);

        internal IDisposable Share() => new Reference(_memory);

        private sealed class Memory(byte* address)
        {
            ~Memory() => NativeMemory.Free(address);

            internal byte* Address => address;
        }

        private sealed class Reference(Memory memory) : IDisposable
        {
            private Memory? _memory = memory;

            public void Dispose() => _memory = null;
        }
    }
}
