namespace EdgeStream.Kinesis;

/// <summary>Every action of both APIs. Those of Firehose have their API before their name: some names are the same.
/// </summary>
internal static class ActionTable
{
    private const string TargetPrefix = "Kinesis_20131202.";

    /// <summary>The gateway's own actions, beside the service's.</summary>
    private const string GroupTargetPrefix = "EdgeStream_20261122.";
    private const string SigningName = "kinesis";

    private static readonly (string Name, Shape Shape, Func<ActionCall, ValueTask> Run)[] Streams =
    [
        ("AcknowledgeDeadLetterQueueRecords", QueueRequests.OfRecords, QueueActions.AcknowledgeDeadAsync),
        ("AcknowledgeQueueRecords", QueueRequests.OfRecords, QueueActions.AcknowledgeAsync),
        ("AddTagsToStream", Requests.AddTagsToStream, TagActions.AddTagsToStreamAsync),
        ("CreateChannel", ChannelRequests.Create, ChannelActions.CreateAsync),
        ("CreateQueue", QueueRequests.Create, QueueActions.CreateAsync),
        ("CreateStream", Requests.CreateStream, StreamActions.CreateStreamAsync),
        ("DecreaseStreamRetentionPeriod", Requests.ChangeRetention, RetentionActions.DecreaseAsync),
        ("DeleteChannel", ChannelRequests.OfChannel, ChannelActions.DeleteAsync),
        ("DeleteQueue", QueueRequests.OfQueue, QueueActions.DeleteAsync),
        ("DeleteResourcePolicy", Requests.OfResource, PolicyActions.DeleteResourcePolicyAsync),
        ("DeleteStream", Requests.DeleteStream, StreamActions.DeleteStreamAsync),
        ("DeregisterStreamConsumer", Requests.OfConsumer, ConsumerActions.DeregisterStreamConsumerAsync),
        ("DescribeAccountSettings", Requests.Empty, AccountActions.DescribeAccountSettingsAsync),
        ("DescribeChannel", ChannelRequests.OfChannel, ChannelActions.DescribeAsync),
        ("DescribeLimits", Requests.Empty, AccountActions.DescribeLimitsAsync),
        ("DescribeQueue", QueueRequests.OfQueue, QueueActions.DescribeAsync),
        ("DescribeStream", Requests.DescribeStream, StreamActions.DescribeStreamAsync),
        ("DescribeStreamConsumer", Requests.OfConsumer, ConsumerActions.DescribeStreamConsumerAsync),
        ("DescribeStreamSummary", Requests.OfStream, StreamActions.DescribeStreamSummaryAsync),
        ("DisableEnhancedMonitoring", Requests.ChangeMonitoring, MonitoringActions.DisableAsync),
        ("EnableEnhancedMonitoring", Requests.ChangeMonitoring, MonitoringActions.EnableAsync),
        ("GetRecords", Requests.GetRecords, ReadActions.GetRecordsAsync),
        ("GetResourcePolicy", Requests.OfResource, PolicyActions.GetResourcePolicyAsync),
        ("GetShardIterator", Requests.GetShardIterator, ReadActions.GetShardIteratorAsync),
        ("IncreaseStreamRetentionPeriod", Requests.ChangeRetention, RetentionActions.IncreaseAsync),
        ("ListChannels", ChannelRequests.List, ChannelActions.ListAsync),
        ("ListQueues", QueueRequests.List, QueueActions.ListAsync),
        ("ListShards", Requests.ListShards, ShardActions.ListShardsAsync),
        ("ListStreamConsumers", Requests.ListStreamConsumers, ConsumerActions.ListStreamConsumersAsync),
        ("ListStreams", Requests.ListStreams, StreamActions.ListStreamsAsync),
        ("ListTagsForResource", Requests.OfResource, TagActions.ListTagsForResourceAsync),
        ("ListTagsForStream", Requests.ListTagsForStream, TagActions.ListTagsForStreamAsync),
        ("MergeShards", Requests.MergeShards, ShardActions.MergeShardsAsync),
        ("PutRecord", Requests.PutRecord, PutActions.PutRecordAsync),
        ("PutRecords", Requests.PutRecords, PutActions.PutRecordsAsync),
        ("PutResourcePolicy", Requests.PutResourcePolicy, PolicyActions.PutResourcePolicyAsync),
        ("ReceiveDeadLetterQueueRecords", QueueRequests.Receive, QueueActions.ReceiveDeadAsync),
        ("ReceiveQueueRecords", QueueRequests.Receive, QueueActions.ReceiveAsync),
        ("RegisterStreamConsumer", Requests.RegisterStreamConsumer, ConsumerActions.RegisterStreamConsumerAsync),
        ("RemoveTagsFromStream", Requests.RemoveTagsFromStream, TagActions.RemoveTagsFromStreamAsync),
        ("RestoreDeadLetterQueueRecords", QueueRequests.OfRecords, QueueActions.RestoreDeadAsync),
        ("SplitShard", Requests.SplitShard, ShardActions.SplitShardAsync),
        ("StartStreamEncryption", Requests.ChangeEncryption, EncryptionActions.StartAsync),
        ("StopStreamEncryption", Requests.ChangeEncryption, EncryptionActions.StopAsync),
        ("SubscribeToShard", Requests.SubscribeToShard, ReadActions.SubscribeToShardAsync),
        ("TagResource", Requests.TagResource, TagActions.TagResourceAsync),
        ("UntagResource", Requests.UntagResource, TagActions.UntagResourceAsync),
        ("UpdateAccountSettings", Requests.UpdateAccountSettings, AccountActions.UpdateAccountSettingsAsync),
        ("UpdateChannel", ChannelRequests.Update, ChannelActions.UpdateAsync),
        ("UpdateDeadLetterQueueRecordsVisibility", QueueRequests.ChangeVisibility,
            QueueActions.ChangeDeadVisibilityAsync),
        ("UpdateMaxRecordSize", Requests.UpdateMaxRecordSize, StreamActions.UpdateMaxRecordSizeAsync),
        ("UpdateQueue", QueueRequests.Update, QueueActions.UpdateAsync),
        ("UpdateQueueRecordsVisibility", QueueRequests.ChangeVisibility, QueueActions.ChangeVisibilityAsync),
        ("UpdateShardCount", Requests.UpdateShardCount, ShardActions.UpdateShardCountAsync),
        ("UpdateStreamMode", Requests.UpdateStreamMode, StreamActions.UpdateStreamModeAsync),
        ("UpdateStreamRecordDistributionStrategy", Requests.UpdateStreamRecordDistributionStrategy,
            StreamActions.UpdateRecordDistributionAsync),
        ("UpdateStreamWarmThroughput", Requests.UpdateStreamWarmThroughput, StreamActions.UpdateWarmThroughputAsync),
    ];

    private static readonly (string Name, Shape Shape, Func<ActionCall, ValueTask> Run)[] Groups =
    [
        ("AcquireLeases", GroupRequests.AcquireLeases, GroupActions.AcquireLeasesAsync),
        ("Checkpoint", GroupRequests.Checkpoint, GroupActions.CheckpointAsync),
        ("DeleteGroup", GroupRequests.OfGroup, GroupActions.DeleteGroupAsync),
        ("DescribeGroup", GroupRequests.OfGroup, GroupActions.DescribeGroupAsync),
        ("LeaveGroup", GroupRequests.LeaveGroup, GroupActions.LeaveGroupAsync),
        ("ListGroups", GroupRequests.ListGroups, GroupActions.ListGroupsAsync),
        ("ReleaseLease", GroupRequests.ReleaseLease, GroupActions.ReleaseLeaseAsync),
        ("RenewLeases", GroupRequests.RenewLeases, GroupActions.RenewLeasesAsync),
    ];

    private static readonly ActionDefinition[] All =
    [
        .. Number(0, "", TargetPrefix, SigningName, Streams),
        .. Number(Streams.Length, "", GroupTargetPrefix, SigningName, Groups),
        .. Number(Streams.Length + Groups.Length, "Firehose.", FirehoseActions.TargetPrefix,
            FirehoseActions.SigningName, FirehoseActions.All),
    ];

    /// <summary>The names, in the order of their places.</summary>
    internal static string[] Names { get; } = Array.ConvertAll(All, static action => action.Name);

    /// <summary>By the target that calls it.</summary>
    internal static IReadOnlyDictionary<string, ActionDefinition> ByTarget { get; } = Index();

    private static ActionDefinition[] Number(
        int first,
        string namePrefix,
        string targetPrefix,
        string signingName,
        (string Name, Shape Shape, Func<ActionCall, ValueTask> Run)[] actions)
    {
        var numbered = new ActionDefinition[actions.Length];
        for (var i = 0; i < actions.Length; i++)
        {
            var (name, shape, run) = actions[i];
            numbered[i] = new ActionDefinition(
                namePrefix + name, targetPrefix + name, signingName, shape, run, first + i)
            {
                IsBrief = name is "PutRecord" or "PutRecords" or "PutRecordBatch",
            };
        }

        return numbered;
    }

    private static Dictionary<string, ActionDefinition> Index()
    {
        var actions = new Dictionary<string, ActionDefinition>(StringComparer.Ordinal);
        foreach (var action in All)
        {
            actions.Add(action.Target, action);
        }

        return actions;
    }
}
