using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Queues: a stream's records one by one, and again until they are acknowledged.</summary>
internal static class QueueActions
{
    private const string ListKind = "queues";
    private const string ArnMark = "queue/";
    private const int ListedMax = 100;
    private const int ReceivedMax = 10;

    internal static ValueTask CreateAsync(ActionCall call) => RunAsync(call, static async call =>
    {
        var request = RequestPart.Of(call.Request);
        var source = request.Parts("StreamConfigurationList")[0];
        var stream = call.Stream(call.NameOf(source.Text("StreamARN")!));
        if (stream.Attributes.Mode != StreamMode.OnDemand)
        {
            throw ApiException.Validation(
                $"Request is invalid. Stream {stream.Name} under account {call.Account} is in Provisioned mode.");
        }

        var name = request.Text("QueueName")!;
        var tags = TagText.Check(call.Request.Pairs("Tags"), name, call.Account);
        var options = OptionsOf(request.Part("QueueAttributes"), new QueueOptions()) with
        {
            Start = StartOf(call, source),
        };
        var queue = await call.Service.Store.Queues
            .CreateAsync(
                stream, name, options, ConsumerActions.CountMaxOf(call, stream), tags)
            .ConfigureAwait(false);
        QueueWriter.WriteDescription(call, queue);
    });

    internal static ValueTask DeleteAsync(ActionCall call) => RunAsync(call, static async call =>
    {
        if (!await call.Service.Store.Queues.DeleteAsync(Find(call).Id).ConfigureAwait(false))
        {
            throw NotFound(call, call.Request.Text("QueueARN")!);
        }
    });

    internal static ValueTask DescribeAsync(ActionCall call)
    {
        QueueWriter.WriteDescription(call, Find(call));
        return default;
    }

    internal static ValueTask UpdateAsync(ActionCall call) => RunAsync(call, static async call =>
    {
        var queue = Find(call);
        await queue
            .ChangeAsync(OptionsOf(RequestPart.Of(call.Request).Part("QueueAttributes"), queue.Options))
            .ConfigureAwait(false);
        QueueWriter.WriteDescription(call, queue);
    });

    internal static ValueTask ListAsync(ActionCall call)
    {
        var limit = Math.Min(call.Request.Integer("MaxResults") ?? ListedMax, ListedMax);
        var after = call.Request.Text("NextToken") is { } token
            ? PageToken.Read(call, token, ListKind, "").Last
            : null;
        var filters = RequestPart.Of(call.Request).Parts("StreamFilter");
        var listed = new List<RecordQueue>();
        foreach (var queue in call.Service.Store.Queues.All)
        {
            if ((after is null || string.CompareOrdinal(queue.Name, after) > 0)
                && (filters.Count == 0 || filters.Exists(filter => IsMeant(call, filter, queue.Stream))))
            {
                listed.Add(queue);
            }
        }

        var next = listed.Count > limit ? PageToken.Write(call, ListKind, "", listed[limit - 1].Name) : null;
        QueueWriter.WriteSummaries(call, listed[..Math.Min(limit, listed.Count)], next);
        return default;
    }

    internal static ValueTask ReceiveAsync(ActionCall call) => ReceiveAsync(call, QueueTarget.Records);

    internal static ValueTask ReceiveDeadAsync(ActionCall call) => ReceiveAsync(call, QueueTarget.DeadLetters);

    internal static ValueTask AcknowledgeAsync(ActionCall call) => ChangeAsync(
        call, static (queue, receipts) => queue.AcknowledgeAsync(QueueTarget.Records, receipts));

    internal static ValueTask AcknowledgeDeadAsync(ActionCall call) => ChangeAsync(
        call, static (queue, receipts) => queue.AcknowledgeAsync(QueueTarget.DeadLetters, receipts));

    internal static ValueTask RestoreDeadAsync(ActionCall call) => ChangeAsync(
        call, static (queue, receipts) => queue.RestoreAsync(receipts));

    internal static ValueTask ChangeVisibilityAsync(ActionCall call) =>
        ChangeVisibilityAsync(call, QueueTarget.Records);

    internal static ValueTask ChangeDeadVisibilityAsync(ActionCall call) =>
        ChangeVisibilityAsync(call, QueueTarget.DeadLetters);

    /// <summary>The name of a queue.</summary>
    internal static string ArnOf(KinesisNames names, RecordQueue queue) =>
        $"arn:aws:kinesis:{names.Region}:{names.Account}:{ArnMark}{queue.Id}";

    /// <summary>Whether a filter names a stream; a time of creation counts in whole seconds.</summary>
    private static bool IsMeant(ActionCall call, RequestPart filter, DataStream stream) =>
        filter.Text("StreamARN") == call.Service.Names.OfStream(stream.Name)
        && (filter.Time("StreamCreationTimestamp") is not { } time
            || time.UnixMilliseconds / 1000 == stream.Attributes.CreatedAt.UnixMilliseconds / 1000);

    private static ValueTask ReceiveAsync(ActionCall call, QueueTarget target) => RunAsync(call, async call =>
    {
        var queue = Find(call);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(call.Aborted, call.Service.Stopping);
        var receipts = await queue.ReceiveAsync(
            target,
            call.Request.Integer("Limit") ?? ReceivedMax,
            call.Request.Integer("VisibilityTimeoutSeconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            TimeSpan.FromSeconds(call.Request.Integer("WaitTimeSeconds") ?? 0),
            stop.Token).ConfigureAwait(false);
        await QueueWriter.WriteRecordsAsync(call, queue, receipts).ConfigureAwait(false);
        call.Service.Statistics.CountRead(receipts.Count);
    });

    private static ValueTask ChangeAsync(
        ActionCall call, Func<RecordQueue, IReadOnlyList<QueueReceipt>, ValueTask<bool[]>> change) =>
        RunAsync(call, async call =>
        {
            var queue = Find(call);
            var entries = RequestPart.Of(call.Request).Parts("Entries");
            var (handles, places, receipts, errors) = Read(call, queue, entries);
            var results = await change(queue, receipts).ConfigureAwait(false);
            Write(call, handles, places, results, errors);
        });

    private static ValueTask ChangeVisibilityAsync(ActionCall call, QueueTarget target) => RunAsync(call, call =>
    {
        var queue = Find(call);
        var entries = RequestPart.Of(call.Request).Parts("Entries");
        var (handles, places, receipts, errors) = Read(call, queue, entries);
        var changes = new List<(QueueReceipt, TimeSpan)>();
        for (var i = 0; i < receipts.Count; i++)
        {
            var seconds = entries[places[i]].Integer("VisibilityTimeoutSeconds")!.Value;
            changes.Add((receipts[i], TimeSpan.FromSeconds(seconds)));
        }

        Write(call, handles, places, queue.ChangeVisibility(target, changes), errors);
        return default;
    });

    /// <summary>The entries of a request: all handles, the places and receipts of those that are some, and what is
    /// wrong with the others.</summary>
    private static (List<string> Handles, List<int> Places, List<QueueReceipt> Receipts, (string, string)?[] Errors)
        Read(ActionCall call, RecordQueue queue, List<RequestPart> entries)
    {
        var handles = entries.ConvertAll(static entry => entry.Text("ReceiptHandle")!);
        var places = new List<int>();
        var receipts = new List<QueueReceipt>();
        var errors = new (string, string)?[handles.Count];
        for (var i = 0; i < handles.Count; i++)
        {
            if (QueueHandle.Read(call, queue, handles[i], out var isGone) is { } receipt)
            {
                places.Add(i);
                receipts.Add(receipt);
            }
            else
            {
                errors[i] = isGone
                    ? (ErrorType.ResourceNotFound, "The stream does not keep the record any more.")
                    : (ErrorType.InvalidArgument, "The receipt handle is none of this queue.");
            }
        }

        return (handles, places, receipts, errors);
    }

    private static void Write(
        ActionCall call, List<string> handles, List<int> places, bool[] results, (string, string)?[] errors)
    {
        for (var i = 0; i < results.Length; i++)
        {
            if (!results[i])
            {
                errors[places[i]] = (
                    ErrorType.ResourceNotFound,
                    "The record is not in flight by this receipt handle: it is visible again, was received again, is "
                        + "acknowledged, became a dead letter or was restored.");
            }
        }

        QueueWriter.WriteResults(call, handles, place => errors[place]);
    }

    private static QueueOptions OptionsOf(RequestPart? attributes, QueueOptions old)
    {
        if (attributes is not { } given)
        {
            return old;
        }

        var options = given.Integer("VisibilityTimeoutSeconds") is { } seconds
            ? old with { VisibilityTimeout = TimeSpan.FromSeconds(seconds) }
            : old;
        if (given.Part("DeadLetterConfiguration") is not { } dead)
        {
            return options;
        }

        var max = dead.Integer("MaxReceiveCount");
        return dead.Text("TargetType") == "NONE" == max is null
            ? options with { ReceivesMax = max }
            : throw ApiException.InvalidArgument(
                "MaxReceiveCount must be specified with the TargetType BUILT_IN, and with no other.");
    }

    private static ShardPosition StartOf(ActionCall call, RequestPart source)
    {
        if (source.Part("StartingPosition") is not { } start)
        {
            return ShardPosition.Latest;
        }

        var time = start.Time("Timestamp");
        var type = start.Text("Type");
        if (type == "AT_TIMESTAMP" != (time is not null))
        {
            throw ApiException.Validation(
                "Timestamp must be specified with the StartingPosition type AT_TIMESTAMP, and with no other.");
        }

        return type switch
        {
            "AT_TIMESTAMP" => Positions.OfTime(call, time),
            "TRIM_HORIZON" => ShardPosition.TrimHorizon,
            _ => ShardPosition.Latest,
        };
    }

    /// <summary>Whether an ARN is of the form of a queue's.</summary>
    internal static bool IsArn(string arn) => arn.Contains(":" + ArnMark, StringComparison.Ordinal);

    /// <summary>The queue of an ARN.</summary>
    /// <exception cref="ApiException">There is none.</exception>
    internal static RecordQueue FindByArn(ActionCall call, string arn)
    {
        var id = arn[(arn.LastIndexOf(ArnMark, StringComparison.Ordinal) + ArnMark.Length)..];
        return call.Service.Store.Queues.Find(id) is { } queue && ArnOf(call.Service.Names, queue) == arn
            ? queue
            : throw NotFound(call, arn);
    }

    private static RecordQueue Find(ActionCall call) => FindByArn(call, call.Request.Text("QueueARN")!);

    private static ApiException NotFound(ActionCall call, string arn) =>
        ApiException.NotFound($"Queue {arn} under account {call.Account} not found.");

    /// <summary>Runs an action; what a queue refuses is told as the service does.</summary>
    internal static async ValueTask RunAsync(ActionCall call, Func<ActionCall, ValueTask> action)
    {
        try
        {
            await action(call).ConfigureAwait(false);
        }
        catch (QueueException error)
        {
            throw error.Refusal switch
            {
                QueueRefusal.Gone => ApiException.NotFound(error.Message),
                QueueRefusal.NameTaken => ApiException.InUse(error.Message),
                _ => ApiException.LimitExceeded(error.Message),
            };
        }
        catch (ArgumentException error)
        {
            throw ApiException.InvalidArgument(error.Message);
        }
    }
}
