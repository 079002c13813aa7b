namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>
/// Group commit for a store that takes one writer at a time: a thread puts all who wait into one transaction.
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Action<ReadOnlyMemory<byte>> _write;
    private readonly Action _commit;
    private readonly Thread _thread;
    private List<ReadOnlyMemory<byte>> _records = [];
    private TaskCompletionSource _completion = NewCompletion();
    private bool _isStopping;

    /// <summary>Starts the thread.</summary>
    /// <param name="write">Adds one record to the open transaction, beginning one if there is none.</param>
    /// <param name="commit">Ends the transaction; the device has it when this returns.</param>
    public GroupCommit(Action<ReadOnlyMemory<byte>> write, Action commit)
    {
        _write = write;
        _commit = commit;
        _thread = new Thread(Run) { IsBackground = true, Name = "group commit" };
        _thread.Start();
    }

    /// <summary>Completes when the device has the record.</summary>
    public Task AppendAsync(ReadOnlyMemory<byte> record)
    {
        lock (_gate)
        {
            _records.Add(record);
            if (_records.Count == 1)
            {
                _wake.Release();
            }

            return _completion.Task;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Volatile.Write(ref _isStopping, true);
        _wake.Release();
        _thread.Join();
        _wake.Dispose();
    }

    private static TaskCompletionSource NewCompletion() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Run()
    {
        List<ReadOnlyMemory<byte>> taken = [];
        while (true)
        {
            _wake.Wait();
            if (Volatile.Read(ref _isStopping))
            {
                return;
            }

            TaskCompletionSource completion;
            lock (_gate)
            {
                (_records, taken) = (taken, _records);
                completion = _completion;
                _completion = NewCompletion();
            }

            try
            {
                taken.ForEach(_write);
                _commit();
                completion.SetResult();
            }
            catch (IOException error)
            {
                completion.SetException(error);
            }

            taken.Clear();
        }
    }
}
