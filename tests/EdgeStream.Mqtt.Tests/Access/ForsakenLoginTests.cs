namespace EdgeStream.Mqtt.Tests.Access;

public class ForsakenLoginTests
{
    [Fact]
    public async Task A_login_whose_client_is_gone_is_given_up()
    {
        var judge = new Judge();
        await using DoorHost host = await DoorHost.StartAsync(authenticator: _ => judge);
        using (RawClient client = await host.OpenAsync())
        {
            await client.SendAsync(RawClient.Connect311("c"));
            await judge.Asked.Task.WaitAsync(TimeSpan.FromSeconds(20));
            host.Broker.Tick();
            Assert.False(judge.GivenUp.Task.IsCompleted);
        }

        await Eventually.TrueAsync(
            () =>
            {
                host.Broker.Tick();
                return judge.GivenUp.Task.IsCompleted;
            },
            "the login is given up");
    }

    /// <summary>Never decides.</summary>
    private sealed class Judge : IMqttAuthenticator
    {
        internal TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TaskCompletionSource GivenUp { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask<MqttLoginResult> AuthenticateAsync(MqttLogin login, CancellationToken cancellationToken)
        {
            using CancellationTokenRegistration gone = cancellationToken.Register(() => GivenUp.TrySetResult());
            Asked.TrySetResult();
            await GivenUp.Task;
            cancellationToken.ThrowIfCancellationRequested();
            throw new InvalidOperationException("unreachable");
        }
    }
}
