using System.IO.Pipelines;

namespace EdgeStream.Mqtt.Tests;

/// <summary>A server that sends and doesn't read what it is answered.</summary>
public class DeafServerTests
{
    private const int Packets = 200_000;

    [Fact]
    public async Task Its_packets_are_left_unread_once_enough_answers_wait()
    {
        var fromServer = new Pipe(new PipeOptions(pauseWriterThreshold: 2, resumeWriterThreshold: 1));
        var toServer = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        using var session = new MqttClientSession();
        var options = new MqttClientOptions();
        var sender = new PacketSender(toServer.Writer);
        var receiver = new ClientReceiver(
            options,
            session,
            sender,
            new PendingRequests(session.Ids),
            new ClientAcknowledgements(sender, session, options, static _ => { }),
            static () => { },
            default);
        byte[] pubrel = Hex.Bytes("62 02 0001");
        byte[] connack = Hex.Bytes(ScriptedServer.Connack5);
        connack.CopyTo(fromServer.Writer.GetSpan(connack.Length));
        fromServer.Writer.Advance(connack.Length);
        for (int i = 0; i < Packets; i++)
        {
            pubrel.CopyTo(fromServer.Writer.GetSpan(pubrel.Length));
            fromServer.Writer.Advance(pubrel.Length);
        }

        ValueTask<FlushResult> taken = fromServer.Writer.FlushAsync();
        Task sending = sender.RunAsync();

        // It runs on this thread until it has to wait: for the server, or for more to read if there were no bound.
        Task reading = receiver.RunAsync(fromServer.Reader);
        Assert.False(taken.IsCompleted);

        while (!taken.IsCompleted)
        {
            await TakeAllAsync(toServer.Reader);
        }

        sender.Complete();
        await fromServer.Writer.CompleteAsync();
        await toServer.Reader.CompleteAsync();
        await reading;
        await sending;
    }

    private static async Task TakeAllAsync(PipeReader reader)
    {
        ReadResult read = await reader.ReadAsync();
        reader.AdvanceTo(read.Buffer.End);
    }
}
