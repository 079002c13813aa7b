namespace EdgeStream.Kinesis;

/// <summary>The actions of the Firehose API, and what they have in common.</summary>
internal static class FirehoseActions
{
    internal const string TargetPrefix = "Firehose_20150804.";
    internal const string SigningName = "firehose";

    internal static readonly (string Name, Shape Shape, Func<ActionCall, ValueTask> Run)[] All =
    [
        ("CreateDeliveryStream", FirehoseRequests.CreateDeliveryStream, DeliveryStreamActions.CreateAsync),
        ("DeleteDeliveryStream", FirehoseRequests.DeleteDeliveryStream, DeliveryStreamActions.DeleteAsync),
        ("DescribeDeliveryStream", FirehoseRequests.DescribeDeliveryStream, DeliveryStreamActions.DescribeAsync),
        ("ListDeliveryStreams", FirehoseRequests.ListDeliveryStreams, DeliveryStreamActions.ListAsync),
        ("ListTagsForDeliveryStream", FirehoseRequests.ListTagsForDeliveryStream, DeliveryStreamTagActions.ListAsync),
        ("PutRecord", FirehoseRequests.PutRecord, DeliveryPutActions.PutRecordAsync),
        ("PutRecordBatch", FirehoseRequests.PutRecordBatch, DeliveryPutActions.PutRecordBatchAsync),
        ("StartDeliveryStreamEncryption", FirehoseRequests.StartDeliveryStreamEncryption,
            DeliveryEncryptionActions.StartAsync),
        ("StopDeliveryStreamEncryption", FirehoseRequests.StopDeliveryStreamEncryption,
            DeliveryEncryptionActions.StopAsync),
        ("TagDeliveryStream", FirehoseRequests.TagDeliveryStream, DeliveryStreamTagActions.TagAsync),
        ("UntagDeliveryStream", FirehoseRequests.UntagDeliveryStream, DeliveryStreamTagActions.UntagAsync),
        ("UpdateDestination", FirehoseRequests.UpdateDestination, DeliveryStreamActions.UpdateDestinationAsync),
    ];

    extension(ActionCall call)
    {
        /// <summary>The delivery streams.</summary>
        /// <exception cref="ApiException">The Firehose API is not served.</exception>
        internal FirehoseService Firehose =>
            call.Service.Options.Firehose ?? throw new ApiException(ErrorType.UnknownOperation, null);

        /// <summary>The delivery stream's name in the request.</summary>
        internal string DeliveryStreamName => call.Request.Text("DeliveryStreamName")!;

        /// <summary>The delivery stream that the request names and may change.</summary>
        /// <exception cref="ApiException">There is none, or the configuration has made it.</exception>
        internal DeliveryStream DeliveryStream()
        {
            var name = call.DeliveryStreamName;
            if (call.Firehose.TryGet(name, out var stream))
            {
                return stream;
            }

            throw call.Firehose.TryGetConfigured(name, out _)
                ? ApiException.InUse(
                    $"The delivery {name} is made by the gateway's configuration, which alone changes it.")
                : call.NoDeliveryStream();
        }

        /// <summary>What is said of a delivery stream that there is not.</summary>
        internal ApiException NoDeliveryStream() => ApiException.NotFound(
            $"Firehose {call.DeliveryStreamName} under account {call.Account} not found.");
    }
}
