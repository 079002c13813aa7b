using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Mqtt.Tests;

internal static class TestLimits
{
    internal static SessionLimits Create(int messagesMax = 100) => new(
        messagesMax,
        1024 * 1024,
        100,
        new ByteBudget(1024 * 1024),
        new StateJournal(null, NullLogger.Instance),
        new BrokerClock(new ManualTimeProvider()),
        new MqttStatistics());
}
