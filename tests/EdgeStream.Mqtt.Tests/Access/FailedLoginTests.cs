using System.Net;

namespace EdgeStream.Mqtt.Tests.Access;

public class FailedLoginTests
{
    private static readonly IPAddress Here = IPAddress.Parse("10.0.0.1");

    [Fact]
    public void The_delay_doubles_with_each_failure_up_to_a_bound_and_fades()
    {
        var failed = new FailedLogins();
        int[] delays = [.. Enumerable.Range(0, 9).Select(_ =>
        {
            Assert.True(failed.TryBegin(Here, 0, out int delayMs));
            failed.End(Here);
            failed.AddFailure(Here, 0);
            return delayMs;
        })];
        Assert.Equal([0, 100, 200, 400, 800, 1600, 3200, 5000, 5000], delays);
        Assert.True(failed.TryBegin(Here, 120_000, out int later));
        Assert.Equal(0, later);
    }

    [Fact]
    public void Another_address_is_not_slowed()
    {
        var failed = new FailedLogins();
        failed.AddFailure(Here, 0);
        Assert.True(failed.TryBegin(IPAddress.Parse("10.0.0.2"), 0, out int delayMs));
        Assert.Equal(0, delayMs);
    }

    [Fact]
    public void Addresses_of_one_network_of_an_ipv6_host_count_as_one()
    {
        var failed = new FailedLogins();
        failed.AddFailure(IPAddress.Parse("2001:db8::1"), 0);
        Assert.True(failed.TryBegin(IPAddress.Parse("2001:db8::ffff:1"), 0, out int delayMs));
        Assert.Equal(FailedLogins.FirstDelayMs, delayMs);
        Assert.True(failed.TryBegin(IPAddress.Parse("2001:db8:1::1"), 0, out delayMs));
        Assert.Equal(0, delayMs);
    }

    [Fact]
    public void So_many_wait_at_once_and_no_more()
    {
        var failed = new FailedLogins();
        failed.AddFailure(Here, 0);
        for (int i = 0; i < FailedLogins.WaitingMax; i++)
        {
            Assert.True(failed.TryBegin(Here, 0, out _));
        }

        Assert.False(failed.TryBegin(Here, 0, out _));
        failed.End(Here);
        Assert.True(failed.TryBegin(Here, 0, out _));
    }

    [Fact]
    public void The_address_that_failed_longest_ago_is_forgotten_first()
    {
        var failed = new FailedLogins();
        failed.AddFailure(Here, 0);
        failed.AddFailure(IPAddress.Parse("10.0.0.2"), 0);
        failed.AddFailure(Here, 0);
        for (int i = 0; i < FailedLogins.AddressesMax - 1; i++)
        {
            failed.AddFailure(new IPAddress(new byte[] { 11, 0, (byte)(i >> 8), (byte)i }), 0);
        }

        Assert.True(failed.TryBegin(Here, 0, out int delayMs));
        Assert.Equal(200, delayMs);
        Assert.True(failed.TryBegin(IPAddress.Parse("10.0.0.2"), 0, out delayMs));
        Assert.Equal(0, delayMs);
    }
}
