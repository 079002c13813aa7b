using System.Buffers;
using System.IO.Pipelines;

namespace EdgeStream.Mqtt.Tests;

/// <summary>What was written for a peer that doesn't read counts, until it is taken or the peer is gone.</summary>
public class UnsentBytesTests
{
    [Fact]
    public async Task What_a_peer_does_not_take_counts_until_it_does()
    {
        var budget = new ByteBudget(1024 * 1024);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var sender = new PacketSender(pipe.Writer, unsent: budget);
        Task sending = sender.RunAsync();
        sender.Attach(new Endless(1000));
        await Eventually.TrueAsync(() => budget.UsedBytes > 0, "the flush stands");
        Assert.InRange(budget.UsedBytes, 64 * 1024, (64 * 1024) + 1000);
        sender.Complete();
        pipe.Reader.Complete();
        await sending;
        Assert.Equal(0, budget.UsedBytes);
    }

    [Fact]
    public async Task Where_nothing_is_left_a_peer_gets_little_at_a_time()
    {
        var budget = new ByteBudget(5000);
        budget.Take(5000);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var sender = new PacketSender(pipe.Writer, unsent: budget);
        Task sending = sender.RunAsync();
        sender.Attach(new Endless(1000));
        ReadResult read = await pipe.Reader.ReadAsync();
        Assert.InRange(read.Buffer.Length, 4096, 4096 + 1000);
        sender.Complete();
        pipe.Reader.Complete();
        await sending;
        Assert.Equal(5000, budget.UsedBytes);
    }

    private sealed class Endless(int sizeBytes) : IPacketSource
    {
        bool IPacketSource.Fill(IBufferWriter<byte> output, ref int budgetBytes)
        {
            while (budgetBytes > 0)
            {
                output.Write(new byte[sizeBytes]);
                budgetBytes -= sizeBytes;
            }

            return true;
        }
    }
}
