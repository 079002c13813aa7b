using EdgeStream.Storage;

namespace EdgeStream.Devices.Tests;

/// <summary>The real disk behind a gate: closed, writes stand still; it can also be full, or break.</summary>
internal sealed class GatedDisk : IDisk, IDisposable
{
    private readonly NativeDisk _disk = new();
    private readonly ManualResetEventSlim _open = new(initialState: true);

    /// <summary>Whether no file can be made.</summary>
    internal bool IsFull { get; set; }

    /// <summary>Whether writes fail.</summary>
    internal bool IsBroken { get; set; }

    internal void CloseGate() => _open.Reset();

    internal void OpenGate() => _open.Set();

    IDiskFile IDisk.Open(string path) => new GatedFile(this, _disk.Open(path));

    IDiskFile IDisk.Create(string path, long sizeBytes) => IsFull
        ? throw new DiskFullException($"{path}: the test's disk is full")
        : new GatedFile(this, _disk.Create(path, sizeBytes));

    byte[]? IDisk.TryRead(string path) => _disk.TryRead(path);

    void IDisk.Replace(string path, ReadOnlySpan<byte> content) => _disk.Replace(path, content);

    void IDisk.Delete(string path) => _disk.Delete(path);

    void IDisk.Rename(string path, string newPath) => _disk.Rename(path, newPath);

    IReadOnlyList<string> IDisk.List(string folder) => _disk.List(folder);

    DiskRoom IDisk.RoomOf(string folder) => _disk.RoomOf(folder);

    public void Dispose() => _open.Dispose();

    private sealed class GatedFile(GatedDisk disk, IDiskFile file) : IDiskFile
    {
        long IDiskFile.SizeBytes => file.SizeBytes;

        void IDiskFile.Write(long offset, ReadOnlySpan<byte> bytes)
        {
            disk._open.Wait();
            if (disk.IsBroken)
            {
                throw new IOException("the test's disk is broken");
            }

            file.Write(offset, bytes);
        }

        int IDiskFile.ReadDevice(long offset, Span<byte> bytes) => file.ReadDevice(offset, bytes);

        void IDiskFile.Sync() => file.Sync();

        void IDiskFile.Truncate(long sizeBytes) => file.Truncate(sizeBytes);

        MappedRegion IDiskFile.Map() => file.Map();

        void IDisposable.Dispose() => file.Dispose();
    }
}
