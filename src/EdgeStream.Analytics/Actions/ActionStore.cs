using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>Saves and restores what one action knows, together with how far it has read the alerts stream.</summary>
/// <remarks>
/// Keys of the gateway's state: <c>alerting/actions/&lt;action&gt;</c> (one byte, 1: there is such an action) and
/// <c>…/&lt;alert id&gt;</c>, as <see cref="ActionEntry"/> writes them; the position is that of the consumer
/// <c>action-&lt;action&gt;</c> of the alerts stream. Entries are written before the position that they belong to, and
/// removed with it: after a crash in between alerts are read again, those that are known change nothing, and others are
/// told of a second time.
/// </remarks>
internal sealed class ActionStore(StateStore state, StreamConsumer consumer, string action)
{
    private const string Root = "alerting/actions/";
    private const int BatchSizeBytes = 512 << 10;

    /// <summary>The name of an action's consumer of the alerts stream.</summary>
    public static string ConsumerOf(string action) => $"action-{action}";

    /// <summary>Restores the entries, oldest first; and where the action is new, makes durable that it begins
    /// here.</summary>
    public async ValueTask RestoreAsync(ActionTable table, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        var entries = new List<ActionEntry>();
        foreach (var (_, value) in state.List(PrefixOf(action)))
        {
            if (ActionEntry.Read(value.Span, now) is { } entry)
            {
                entries.Add(entry);
            }
        }

        foreach (var entry in entries.OrderBy(static entry => entry.Firing.FiredAt.UnixMicroseconds))
        {
            table.Restore(entry);
        }

        var batch = new StateBatch().Put(Root + action, [1]);
        foreach (var shard in consumer.Stream.Shards)
        {
            if (consumer.Checkpoint(shard) is null)
            {
                consumer.AddCheckpoint(batch, shard, consumer.NextSequence(shard).Previous);
            }
        }

        await state.CommitAsync(batch, cancellationToken);
    }

    /// <summary>Makes what has changed durable.</summary>
    /// <exception cref="IOException">The state's log refused; everything is to be saved again.</exception>
    public async ValueTask SaveAsync(ActionTable table, AlertFeed feed, CancellationToken cancellationToken)
    {
        var batches = new List<StateBatch> { new() };
        var last = new StateBatch();
        var removed = new List<string>();
        var size = 0;
        table.TakeChanges(
            entry =>
            {
                var bytes = entry.ToBytes();
                if (size + bytes.Length > BatchSizeBytes)
                {
                    batches.Add(new StateBatch());
                    size = 0;
                }

                size += bytes.Length;
                batches[^1].Put(PrefixOf(action) + entry.Firing.Id, bytes);
            },
            id =>
            {
                removed.Add(id);
                last.Delete(PrefixOf(action) + id);
            });
        feed.AddCheckpoints(last);
        try
        {
            foreach (var batch in batches)
            {
                await state.CommitAsync(batch, cancellationToken);
            }

            await state.CommitAsync(last, cancellationToken);
        }
        catch
        {
            table.MarkDirty(removed);
            throw;
        }
    }

    /// <summary>Forgets actions that are no longer there.</summary>
    public static async ValueTask ForgetOthersAsync(
        StateStore state, string stream, IReadOnlySet<string> actions, CancellationToken cancellationToken)
    {
        var batch = new StateBatch();
        var gone = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, _) in state.List(Root))
        {
            var name = key[Root.Length..].Split('/')[0];
            if (!actions.Contains(name))
            {
                batch.Delete(key);
                gone.Add(name);
            }
        }

        foreach (var name in gone)
        {
            StreamConsumer.AddForgetting(batch, state, stream, ConsumerOf(name));
        }

        await state.CommitAsync(batch, cancellationToken);
    }

    private static string PrefixOf(string action) => $"{Root}{action}/";
}
