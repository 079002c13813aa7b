using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Devices.Tests;

/// <summary>The real disk behind a gate: closed, writes stand still; it can also be full, or break.</summary>
internal sealed class GatedDisk() : DiskAround(new NativeDisk()), IDisposable
{
    private readonly ManualResetEventSlim _open = new(initialState: true);

    /// <summary>Whether no file can be made.</summary>
    internal bool IsFull { get; set; }

    /// <summary>Whether writes fail.</summary>
    internal bool IsBroken { get; set; }

    internal void CloseGate() => _open.Reset();

    internal void OpenGate() => _open.Set();

    public override IDiskFile Create(string path, long sizeBytes) => IsFull
        ? throw new DiskFullException($"{path}: the test's disk is full")
        : base.Create(path, sizeBytes);

    public void Dispose() => _open.Dispose();

    protected override IDiskFile Around(string path, IDiskFile file) => new GatedFile(this, file);

    private sealed class GatedFile(GatedDisk disk, IDiskFile file) : FileAround(file)
    {
        public override void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            disk._open.Wait();
            if (disk.IsBroken)
            {
                throw new IOException("the test's disk is broken");
            }

            base.Write(offset, bytes);
        }
    }
}
