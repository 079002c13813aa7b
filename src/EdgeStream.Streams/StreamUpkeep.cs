using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>What is done to streams without being asked: scalings that a crash has interrupted go on, closed shards
/// that have expired are removed, and what the state could not take of cuts is noted.</summary>
/// <remarks>One run at a time, beside whoever ticks. What fails is tried again with a later tick.</remarks>
internal sealed class StreamUpkeep(
    StateStore state, StreamTable streams, ChangeTurns turns, StreamLogs logs, Resharder resharder, ClosedShards closed)
{
    private Task _run = Task.CompletedTask;

    /// <summary>Completes when the run that was begun last is over.</summary>
    internal Task WhenOver => _run;

    /// <summary>Begins a run if there is something to do and the one before is over.</summary>
    internal void Tick()
    {
        if (_run.IsCompleted && IsDue())
        {
            _run = RunAsync();
        }
    }

    /// <summary>Does what there is to do. Never throws.</summary>
    internal async Task RunAsync()
    {
        try
        {
            using var turn = await turns.TakeAsync(CancellationToken.None).ConfigureAwait(false);
            await logs.NoteHeldAsync(state, streams.All).ConfigureAwait(false);
            foreach (var stream in streams.All)
            {
                await RunAsync(stream).ConfigureAwait(false);
            }
        }
        catch (ObjectDisposedException)
        {
            // The store is closed.
        }
        catch (IOException)
        {
            // The state takes nothing, as its health tells: nothing else of this would get on either.
        }
    }

    private bool IsDue()
    {
        var isDue = logs.AreHeld;
        foreach (var stream in streams.All)
        {
            isDue |= stream.Entry.ScalingTarget is not null || closed.HasExpired(stream);
        }

        return isDue;
    }

    private async ValueTask RunAsync(DataStream stream)
    {
        try
        {
            await resharder.ScaleOnAsync(stream, CancellationToken.None).ConfigureAwait(false);
            await closed.RemoveExpiredAsync(stream).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or ReshardException or UnauthorizedAccessException
            or InvalidDataException)
        {
            // The state's and the stream's health tell what keeps failing; the other streams have their turn.
        }
    }
}
