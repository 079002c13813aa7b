using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Analytics;

/// <summary>Makes alerts durable in the alerts stream, then shows and publishes them.</summary>
/// <remarks>Used by one shard's evaluation. An alert that was found in the stream after a restart is not appended
/// again.</remarks>
internal sealed class AlertWriter(DataStream alerts, AlertBook book, IAlertPublisher publisher, ILogger logger)
{
    private readonly HashSet<(string Id, AlertState State)> _found = [];

    /// <summary>Reads what follows the saved position; the firing ones of the given rules by id.</summary>
    public void ReadFound(SnapshotHeader header, IReadOnlySet<string> rules, IDictionary<string, Alert> fired)
    {
        foreach (var shard in alerts.Shards)
        {
            var position = header.AlertPositions.FirstOrDefault(pair => pair.Key == shard.Id).Value;
            using var reader = shard.OpenReader(ShardPosition.After(new SequenceNumber(position)));
            while (reader.TryRead(out var record))
            {
                if (AlertJson.TryRead(record.Data, out var alert) && rules.Contains(alert.Rule))
                {
                    _found.Add((alert.Id, alert.State));
                    if (alert.State == AlertState.Firing)
                    {
                        fired.TryAdd(alert.Id, alert);
                    }
                }
            }
        }
    }

    /// <summary>Ends the replay: from now on every alert is new.</summary>
    public void ForgetFound() => _found.Clear();

    /// <summary>Appends alerts in order and completes when all are acknowledged and published.</summary>
    /// <exception cref="StreamException">The stream refused an alert; all were published, none needs to be
    /// again.</exception>
    /// <exception cref="IOException">The write or sync failed; all were published.</exception>
    public async ValueTask WriteAsync(IReadOnlyList<Alert> batch, bool isRepeated, CancellationToken cancellationToken)
    {
        var data = batch.Select(AlertJson.ToBytes).ToArray();
        try
        {
            await AppendAsync(batch, data, cancellationToken);
        }
        finally
        {
            if (!isRepeated)
            {
                await ShowAsync(batch, data, cancellationToken);
            }
        }
    }

    private async ValueTask AppendAsync(IReadOnlyList<Alert> batch, byte[][] data, CancellationToken cancellationToken)
    {
        if (alerts.Failure is { } failure)
        {
            // What was accepted before the failure may not be on disk: only reopening the stream tells.
            throw new IOException("The alerts stream has failed.", failure);
        }

        var receipts = new List<AppendReceipt>();
        for (var index = 0; index < batch.Count; index++)
        {
            var alert = batch[index];
            if (_found.Contains((alert.Id, alert.State)))
            {
                continue;
            }

            var key = Encoding.UTF8.GetBytes(alert.Rule);
            AppendReceipt receipt;
            AppendStatus status;
            while ((status = alerts.TryAppend(key, data[index], null, out receipt)) == AppendStatus.Busy)
            {
                await alerts.WaitForRoomAsync(key, cancellationToken);
            }

            if (status != AppendStatus.Accepted)
            {
                throw new StreamException(status, $"The alerts stream refused an alert of rule {alert.Rule}: {status}.",
                    alerts.Failure);
            }

            // A repetition after a failure must not append again what was accepted now.
            _found.Add((alert.Id, alert.State));
            receipts.Add(receipt);
        }

        foreach (var receipt in receipts)
        {
            await receipt.WhenAcknowledged().WaitAsync(cancellationToken);
        }
    }

    private async ValueTask ShowAsync(IReadOnlyList<Alert> batch, byte[][] data, CancellationToken cancellationToken)
    {
        for (var index = 0; index < batch.Count; index++)
        {
            var alert = batch[index];
            book.Apply(alert);
            Log.Alert(logger, AlertJson.WordOf(alert.State), alert.Message, alert.Rule);
            try
            {
                await publisher.PublishAsync(alert, data[index], cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.PublishFailed(logger, e, alert.Rule);
            }
        }
    }
}
