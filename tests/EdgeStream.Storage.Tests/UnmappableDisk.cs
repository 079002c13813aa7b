using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// Another disk on which no file is mapped that has a sector which the device cannot read: a real one would end the
/// process.
/// </summary>
internal sealed class UnmappableDisk(SimulatedDisk disk) : IDisk
{
    public IDiskFile Open(string path) => new UnmappableFile(disk, path, disk.Open(path));

    public IDiskFile Create(string path, long sizeBytes) =>
        new UnmappableFile(disk, path, disk.Create(path, sizeBytes));

    public byte[]? TryRead(string path) => disk.TryRead(path);

    public void Replace(string path, ReadOnlySpan<byte> content) => disk.Replace(path, content);

    public void Delete(string path) => disk.Delete(path);

    public void Rename(string path, string newPath) => disk.Rename(path, newPath);

    public IReadOnlyList<string> List(string folder) => disk.List(folder);

    public DiskRoom RoomOf(string folder) => disk.RoomOf(folder);

    private sealed class UnmappableFile(SimulatedDisk disk, string path, IDiskFile file) : IDiskFile
    {
        public long SizeBytes => file.SizeBytes;

        public void Write(long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes);

        public void Sync() => file.Sync();

        public int ReadDevice(long offset, Span<byte> bytes) => file.ReadDevice(offset, bytes);

        public void Truncate(long sizeBytes) => file.Truncate(sizeBytes);

        public MappedRegion Map()
        {
            Assert.True(
                disk.UnreadableByte is not { } bad || disk.UnreadablePath != path || bad >= SizeBytes,
                $"{path} is mapped and cannot be read");
            return file.Map();
        }

        public void Dispose() => file.Dispose();
    }
}
