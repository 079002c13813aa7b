using EdgeStream.Delivery;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Deletes delivery streams: when what they have is delivered, or at once.</summary>
/// <remarks>Thread-safe. Crash-safe: what the state says is being deleted goes on being deleted after the next
/// start.</remarks>
internal sealed class DeliveryStreamDeletion(
    StreamStore store, IDeliveryRunner runner, DeliveryStreamRegistry registry, DeliveryStreamRuns runs,
    CancellationToken stopping)
{
    private readonly Lock _gate = new();

    /// <summary>Begins the deletion, unless it is under way.</summary>
    internal void Begin(DeliveryStream stream)
    {
        lock (_gate)
        {
            if (stream.Deletion is null or { IsCompleted: true })
            {
                stream.Deletion = Task.Run(() => DeleteWhenDeliveredAsync(stream));
            }
        }
    }

    /// <summary>Removes a delivery stream, unless it was removed before: the name may be another's by now.</summary>
    internal async ValueTask RemoveAsync(DeliveryStream stream)
    {
        if (!registry.IsThere(stream))
        {
            return;
        }

        await ForgetAsync(stream, stream.Record.Source is null).ConfigureAwait(false);
        registry.Remove(stream);
    }

    /// <summary>Removes what there is of one: its stream first, so that no crash leaves one that nobody
    /// knows.</summary>
    internal async ValueTask ForgetAsync(DeliveryStream stream, bool hasOwnStream)
    {
        var record = stream.Record;
        var definition = runs.DefinitionOf(stream);
        await runner.StopAsync(definition.Title).ConfigureAwait(false);
        stream.EndProtection();
        if (hasOwnStream && !runs.Options.IsOfHost(record.StreamName))
        {
            await store.DeleteAsync(record.StreamName).ConfigureAwait(false);
        }

        var batch = new StateBatch();
        DeliveryEngine.AddForgetting(batch, store, definition);
        batch.Delete(DeliveryStreamFormat.KeyPrefix + record.Name);
        await store.State.CommitAsync(batch).ConfigureAwait(false);
    }

    /// <summary>Deletes it when all of its records are delivered; asking again, a reload, the next try or the next
    /// start go on with what fails.</summary>
    private async Task DeleteWhenDeliveredAsync(DeliveryStream stream)
    {
        try
        {
            await stream.Puts.CloseAsync().ConfigureAwait(false);
            if (!await RunForDeletionAsync(stream).ConfigureAwait(false))
            {
                return;
            }

            if (store.TryGet(stream.Record.StreamName, out _))
            {
                await runner.FlushAsync(runs.DefinitionOf(stream).Title, stopping).ConfigureAwait(false);
            }

            using var turn = await Turn.TakeAsync(stream.Turn, stopping).ConfigureAwait(false);
            await RemoveAsync(stream).ConfigureAwait(false);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The gateway stops: the next start goes on with it.
        }
        catch (Exception error)
        {
            // It may have been removed by force meanwhile.
            if (registry.IsThere(stream))
            {
                runs.Fail(stream, error);
            }
        }
    }

    /// <summary>Starts the delivery that a deletion waits for where it does not run; false when there is nothing to
    /// wait for.</summary>
    private async ValueTask<bool> RunForDeletionAsync(DeliveryStream stream)
    {
        using var turn = await Turn.TakeAsync(stream.Turn, stopping).ConfigureAwait(false);
        if (!registry.IsThere(stream))
        {
            return false;
        }

        if (stream.Failure is not null || !runner.IsRunning(runs.DefinitionOf(stream).Title))
        {
            await runs.RunAsync(stream).ConfigureAwait(false);
        }

        return stream.Failure is null;
    }
}
