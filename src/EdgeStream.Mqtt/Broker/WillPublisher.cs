using System.Text;

namespace EdgeStream.Mqtt;

/// <summary>Publishes a will like any message: through the host, then to the subscribers.</summary>
internal static class WillPublisher
{
    internal static async Task PublishAsync(MqttBroker broker, DueWill due)
    {
        ApplicationMessage message = ToMessage(broker, due);
        PublishOutcome outcome;
        try
        {
            PublishReceipt receipt = Hand(broker, due, message);
            if (receipt.DeferredReceipt is { } deferred)
            {
                receipt = await deferred.ConfigureAwait(false);
            }

            if (receipt.Decision is { } decision)
            {
                await decision.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

                // The thread that decided is not ours to pass the will on with.
                await Task.Yield();
                await decision.ConfigureAwait(false);
            }

            outcome = receipt.Outcome;
        }
        catch (Exception e)
        {
            // The host's error, whatever it is, costs this will and nothing else.
            broker.ReportHostFailure(due.ClientId, e);
            outcome = PublishOutcome.Refused(MqttReasonCode.UnspecifiedError);
        }

        if (!outcome.IsAccepted)
        {
            broker.Statistics.AddPublishRefused();
            broker.ReportRefusedWill(due.ClientId, outcome.Reason);
            due.Keeper?.ForgetWill(due.Will);
            return;
        }

        bool isKept = broker.Deliver(message);
        if (due.Keeper is { } keeper && (!isKept || await broker.Journal.TryFlushAsync().ConfigureAwait(false)))
        {
            // Only now: where the power is cut before, the next run publishes it.
            keeper.ForgetWill(due.Will);
        }
    }

    private static ApplicationMessage ToMessage(MqttBroker broker, DueWill due) => new()
    {
        Topic = Encoding.UTF8.GetBytes(due.Will.Topic),
        Payload = due.Will.Payload.ToArray(),
        Qos = due.Will.Qos,
        Retain = due.Will.Retain,
        PublisherId = due.ClientId,
        ForwardedProperties = due.Will.ForwardedProperties,
        ExpiresAtMs = ApplicationMessage.ExpiryAt(broker.Clock.NowMs, due.Will.ExpirySeconds),
    };

    private static bool MayPublish(MqttBroker broker, in DueWill due, byte[] topic) => due.Will.IsRestored
        ? broker.Authenticator?.MayPublishRestoredWill(due.Will.UserName, due.ClientId, topic) ?? true
        : due.Will.Rights?.MayPublish(topic) ?? true;

    private static PublishReceipt Hand(MqttBroker broker, DueWill due, ApplicationMessage message)
    {
        var publication = new MqttPublication(due.ClientId, message.Topic, message.Payload, message.ForwardedProperties)
        {
            Qos = message.Qos,
            Retain = message.Retain,
            IsWill = true,
        };
        broker.Statistics.AddPublishesReceived(1, message.Payload.Length);
        if (!MayPublish(broker, due, message.Topic))
        {
            // Its client may no longer do what it might when it connected.
            broker.Refusals.Add(MqttRefusal.Will);
            return PublishReceipt.Refused(MqttReasonCode.NotAuthorized);
        }

        return SysTopics.IsReserved(message.Topic)
            ? PublishReceipt.Refused(MqttReasonCode.NotAuthorized)
            : broker.Handler.Publish(in publication);
    }
}
