using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>
/// Writes objects as files below a root folder, each whole or not at all, durable before it is accepted.
/// </summary>
/// <remarks>
/// An object is written beside its final name as <c>.&lt;name&gt;.partial</c>, synced, renamed, and its folder synced;
/// folders that had to be made are synced in their parents. A crash leaves at most one partial file per shard, which
/// the same object's next attempt overwrites.
/// </remarks>
internal sealed class FolderDestination(FolderDestinationOptions options, string deliveryName, ILogger logger)
    : IDestination
{
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Path));
    private readonly Lock _gate = new();
    private readonly FolderQuota? _quota = options.MaximumBytes is { } maximumBytes
        ? new FolderQuota(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Path)), deliveryName, maximumBytes)
        : null;
    private long _reportedRemovals;

    /// <inheritdoc/>
    public long RemovedObjects => _quota?.RemovedObjects ?? 0;

    /// <inheritdoc/>
    public ValueTask<SendResult> SendAsync(DeliveryObject item, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.FromResult(Guarded(item.Name, () =>
            {
                Store(item);
                return SendResult.Accepted;
            }));
        }
    }

    /// <inheritdoc/>
    public ValueTask<SendResult> FindAsync(string objectName, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Guarded(
            objectName, () => File.Exists(PathOf(objectName)) ? SendResult.Accepted : SendResult.Absent));

    /// <inheritdoc/>
    public void Dispose()
    {
        // No file stays open between objects.
    }

    private SendResult Guarded(string objectName, Func<SendResult> access)
    {
        if (!ObjectName.IsSafe(objectName))
        {
            return SendResult.Rejected($"'{objectName}' would leave the folder '{_root}'.");
        }

        try
        {
            return FirstLinkBelowRoot(objectName) is { } link
                ? SendResult.Rejected($"'{link}' is a symbolic link: it could lead out of the folder '{_root}'.")
                : access();
        }
        catch (UnauthorizedAccessException exception)
        {
            return SendResult.Rejected($"{exception.Message} Let the gateway's user write to '{_root}'.");
        }
        catch (IOException exception)
        {
            return SendResult.Retryable(exception.Message);
        }
    }

    private string PathOf(string objectName) => Path.Combine(_root, objectName);

    private string? FirstLinkBelowRoot(string objectName)
    {
        var path = _root;
        foreach (var part in objectName.Split('/'))
        {
            path = Path.Combine(path, part);
            var entry = new FileInfo(path);
            if (entry.LinkTarget is not null)
            {
                return path;
            }
        }

        return null;
    }

    private void Store(DeliveryObject item)
    {
        var path = PathOf(item.Name);
        var folder = Path.GetDirectoryName(path)!;
        MakeFolder(folder);
        var addedBytes = item.Content.Length - (File.Exists(path) ? new FileInfo(path).Length : 0);
        if (_quota is not null)
        {
            // Making room removes folders that have become empty, this one perhaps among them.
            _quota.MakeRoomFor(addedBytes);
            MakeFolder(folder);
        }

        var partial = Path.Combine(folder, $".{Path.GetFileName(path)}.partial");
        try
        {
            WritePartial(partial, item);
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }

        PosixFile.SyncFolder(folder);
        _quota?.Added(addedBytes);
        ReportRemovals();
    }

    private static void WritePartial(string path, DeliveryObject item)
    {
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None);
        var offset = 0L;
        foreach (var block in item.Content)
        {
            RandomAccess.Write(file, block.Span, offset);
            offset += block.Length;
        }

        PosixFile.Sync(file, path);
    }

    private static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder);
        if (parent is not null)
        {
            MakeFolder(parent);
        }

        Directory.CreateDirectory(folder);
        if (parent is not null)
        {
            PosixFile.SyncFolder(parent);
        }
    }

    private void ReportRemovals()
    {
        if (RemovedObjects > _reportedRemovals && options.MaximumBytes is { } maximumBytes)
        {
            Log.OldestRemoved(logger, deliveryName, RemovedObjects - _reportedRemovals, _root, maximumBytes);
            _reportedRemovals = RemovedObjects;
        }
    }
}
