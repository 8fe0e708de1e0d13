"""A courier's run of a story: assigned, picked up, watched on the map, at the door."""

from __future__ import annotations

from datetime import datetime, timedelta

from orderdesk.events.actor import COURIER
from orderdesk.operations.demo.story import Story
from orderdesk.operations.demo.words import COURIERS, KITCHEN
from orders.models import CourierPing, Shipment, ShipmentLine

_PING_EVERY = timedelta(seconds=40)


class Run:
    """One shipment by courier, with every unit of the order."""

    def __init__(self, story: Story, at: datetime) -> None:
        self.story, self.left_at = story, at
        self.run = Shipment(order=story.order, number=1, method=story.order.delivery_method)
        name, phone = story.rng.choice(COURIERS)
        self.run.assign_courier(name, phone)
        story.written_at[id(self.run)] = at
        story.shipments.append(self.run)
        story.shipment_lines += [
            ShipmentLine(shipment=self.run, line=line, quantity=line.quantity) for line in story.lines
        ]
        story.say_shipment("courier_assigned", at, story.staff("kitchen"), self.run)

    def pick_up(self, at: datetime) -> None:
        self.left_at = at
        self.run.pick_up(at)
        self.story.say_shipment("picked_up", at, COURIER, self.run)
        self.story.depart(at, COURIER, "courier")

    def ride(self, until: datetime, share: float) -> None:
        """Positions from the kitchen along `share` of the way to the door, the last of them at `until`."""
        door = (self.story.order.latitude or KITCHEN[0], self.story.order.longitude or KITCHEN[1])
        steps = max(int((until - self.left_at) / _PING_EVERY), 2)
        for step in range(1, steps + 1):
            part = share * step / steps
            at = self.left_at + (until - self.left_at) * (step / steps)
            self.story.pings.append(self._ping(at, part, door))

    def _ping(self, at: datetime, part: float, door: tuple[float, float]) -> CourierPing:
        wander = self.story.rng.uniform(-0.0003, 0.0003)
        return CourierPing(
            shipment=self.run,
            at=at,
            latitude=KITCHEN[0] + (door[0] - KITCHEN[0]) * part + wander,
            longitude=KITCHEN[1] + (door[1] - KITCHEN[1]) * part - wander,
            accuracy_m=self.story.rng.randint(5, 25),
        )

    def arrive(self, at: datetime) -> None:
        self.run.arrive()
        self.story.say_shipment("arriving", at, COURIER, self.run)

    def fail(self, at: datetime) -> None:
        self.run.fail_attempt()
        self.story.say_shipment("attempt_failed", at, COURIER, self.run, reason="nobody_home")

    def deliver(self, at: datetime) -> None:
        self.run.deliver(at)
        self.run.proof_name = self.story.rng.choice(("본인", "문 앞", "경비실"))
        self.story.say_shipment("delivered", at, COURIER, self.run)
        self.story.deliver(at, COURIER)
