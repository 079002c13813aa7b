namespace EdgeStream.Gateway.Composition;

/// <summary>A source whose loop runs until it is stopped.</summary>
internal sealed class RunningSource
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <summary>Starts the loop; it begins again when it fails.</summary>
    public RunningSource(
        object options, object source, string part, Func<CancellationToken, Task> run, LoopGuard guard)
    {
        Options = options;
        Source = source;
        _loop = Task.Run(() => guard.RunAsync(part, run, _stop.Token));
    }

    /// <summary>What the source was made of.</summary>
    public object Options { get; }

    /// <summary>The source.</summary>
    public object Source { get; }

    /// <summary>Ends the loop.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _loop;
        }
        catch (OperationCanceledException)
        {
            // It waited to begin again.
        }

        (Source as IDisposable)?.Dispose();
        _stop.Dispose();
    }
}
