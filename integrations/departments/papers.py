"""Gives a person of a generated family the papers that fit their life."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from integrations.departments import records
from integrations.departments.calendar_words import add_months, add_years
from integrations.departments.numbers import NumberOffice
from integrations.departments.organisations import EMPLOYERS, business_licence
from integrations.departments.records import CITY, Person

ELDER_AMOUNTS = ((100, 500), (90, 200), (80, 100))


def elder_amount(age: int) -> int:
    """Yuan a month of the old-age allowance at an age; 0 below 80."""
    return next((amount for from_age, amount in ELDER_AMOUNTS if age >= from_age), 0)


@dataclass(frozen=True)
class PaperOffice:
    """Writes papers on one day, with one source of chance and of numbers."""

    today: date
    chance: Random
    numbers: NumberOffice

    def _past(self, *, least: int, most: int) -> date:
        return self.today - timedelta(days=self.chance.randint(least, most))

    def give_all(self, person: Person) -> None:
        """Write everything that a life of this kind leaves in the registries."""
        person.record = records.blank_record(person)
        age = person.age(self.today)
        self.give_identity_papers(person)
        if not person.local and age >= 16:
            self.give_residence_papers(person)
        self.give_social_security(person, age)
        if 19 <= age < 70 and self.chance.random() < 0.55:
            self.give_driving_papers(person, age)
        if age >= 80 and person.local:
            self.give_elder_benefit(person, age)
        if 25 <= age < 60 and self.chance.random() < 0.03:
            self.give_business(person)

    def give_identity_papers(self, person: Person) -> None:
        """Identity card and page of the household register."""
        oldest = min(7300, (self.today - person.born).days)
        issued = self._past(least=0, most=oldest)
        expires = records.identity_card_expiry(born=person.born, issued=issued)
        late = self.chance.random() < 0.02
        while expires and expires < self.today and not late:
            # Nearly everybody renews in time: the card they hold began the day the last one ended.
            issued, expires = expires, records.identity_card_expiry(born=person.born, issued=expires)
        self.give_identity_card(person, issued=issued, expires=expires)
        if person.local:
            self.give_household_register(person)

    def give_identity_card(self, person: Person, *, issued: date, expires: date | None) -> None:
        """An identity card with a given life."""
        card = records.identity_card(person, issued=issued, expires=expires, today=self.today)
        person.add_licence("public-security", card)

    def give_household_register(self, person: Person) -> None:
        """The page of the household register."""
        number = self.numbers.serial("household", "HK{:08d}")
        person.add_licence("public-security", records.household_register(person, number, today=self.today))

    def give_residence_papers(self, person: Person) -> None:
        """Registration, and for those long here a permit."""
        draw = self.chance.random()
        if draw < 0.1:
            return
        registered = person.since
        while add_years(registered, 1) <= self.today:
            registered = add_years(registered, 1)
        self.give_residence_registration(person, issued=registered)
        if draw > 0.4 and person.since < add_months(self.today, -7):
            self.give_residence_permit(person, issued=self._past(least=1, most=364))

    def give_residence_registration(self, person: Person, *, issued: date) -> None:
        """A registration of residence, good for a year."""
        person.add_licence(
            "public-security",
            records.licence(
                "residence-registration",
                "居住登记凭证",
                self.numbers.serial("registration", "JZDJ{:08d}"),
                issued=issued,
                expires=add_years(issued, 1),
                issuer=f"{CITY}公安局",
                today=self.today,
                address=person.home.address,
                since=person.since.isoformat(),
            ),
        )

    def give_residence_permit(self, person: Person, *, issued: date) -> None:
        """A residence permit, to be endorsed every year."""
        person.add_licence(
            "public-security",
            records.licence(
                "residence-permit",
                "居住证",
                self.numbers.serial("permit", "JZZ{:08d}"),
                issued=issued,
                expires=add_years(issued, 1),
                issuer=f"{CITY}公安局",
                today=self.today,
                address=person.home.address,
            ),
        )

    def give_social_security(self, person: Person, age: int) -> None:
        """Work, insurance, fund, card and account, as the age has it."""
        self.give_social_card(person)
        if records.retirement_day(person.sex, person.born) <= self.today:
            person.put("human-resources", "employment", records.no_work("退休"))
            kind = "职工" if self.chance.random() < 0.75 else "居民"
            self.give_insurance(person, kind, months=360)
        elif age < 22:
            self.give_insurance(person, "居民", months=12 * min(age, 10) + 1)
        else:
            self.give_working_life(person, age)

    def give_working_life(self, person: Person, age: int) -> None:
        """Of those of working age most work, some lost their work, some never had any."""
        months = self.chance.randint(3, max(4, 12 * (age - 21)))
        employer = self.chance.choice(EMPLOYERS)
        draw = self.chance.random()
        if draw < 0.85:
            person.put("human-resources", "employment", records.work(employer, months=months))
            self.give_insurance(person, "职工", months=months)
            self.give_fund(person, months=months)
        elif draw < 0.9:
            reason = "非本人意愿中断就业" if self.chance.random() < 0.6 else "本人辞职"
            lost = records.lost_work(
                employer, months=months, left=self._past(least=3, most=360), reason=reason
            )
            lost["benefit_claimed"] = self.chance.random() < 0.7
            lost["registered_unemployed"] = lost["benefit_claimed"] or self.chance.random() < 0.3
            person.put("human-resources", "employment", lost)
            self.give_insurance(person, "居民", months=1)
        elif draw < 0.98:
            self.give_insurance(person, "居民", months=12)

    def give_social_card(self, person: Person) -> None:
        """The social security card and the bank account on it."""
        issued = max(person.born, date(2015, 1, 1))
        person.add_licence(
            "human-resources",
            records.licence(
                "social-security-card",
                "社会保障卡",
                self.numbers.serial("social-card", "SBK{:09d}"),
                issued=issued,
                expires=None,
                issuer=f"{CITY}人力资源和社会保障局",
                today=self.today,
            ),
        )
        person.put("human-resources", "bank_account", records.bank_account(self.numbers.bank_card()))

    def give_insurance(self, person: Person, kind: str, *, months: int) -> None:
        """Medical insurance paid for some months without a gap."""
        since = add_months(self.today, -months)
        entry = records.insurance(kind, months=months, since=max(since, person.born))
        person.put("medical-insurance", "medical_insurance", entry)

    def give_fund(self, person: Person, *, months: int) -> None:
        """A provident fund account, paid into for some months."""
        account = self.numbers.serial("fund", "GJJ{:09d}")
        entry = records.fund(account, balance=months * self.chance.randint(800, 3000), months=months)
        entry["monthly"] = 100 * self.chance.randint(8, 40)
        if self.chance.random() < 0.2:
            entry["last_rent_withdrawal"] = self._past(least=1, most=300).isoformat()
        person.put("housing-fund", "fund", entry)

    def give_driving_papers(self, person: Person, age: int) -> None:
        """A driving licence, perhaps a medical certificate, perhaps a car."""
        held = self.chance.randint(1, age - 18)
        term, began = (6, 0) if held < 6 else (10, 6) if held < 16 else (0, 16)
        issued = add_years(self.today, began - held) + timedelta(days=self.chance.randint(0, 364))
        self.give_driving_licence(person, term=term, issued=min(issued, self.today))
        if self.chance.random() < 0.3:
            self.give_medical_fitness(person, issued=self._past(least=1, most=170))
        if self.chance.random() < 0.5:
            self.give_car(person, registered=self._past(least=30, most=4300))

    def give_driving_licence(self, person: Person, *, term: int, issued: date) -> None:
        """A driving licence of a 6-year, 10-year or (0) long term."""
        person.add_licence(
            "traffic-police",
            records.licence(
                "driving-licence",
                "机动车驾驶证",
                person.identity_number,
                issued=issued,
                expires=records.driving_licence_expiry(term=term, issued=issued),
                issuer=f"{CITY}公安局交通警察总队",
                today=self.today,
                vehicle_class="C1",
                term=term,
            ),
        )

    def give_medical_fitness(self, person: Person, *, issued: date) -> None:
        """A certificate of fitness to drive, good for six months."""
        person.add_licence(
            "health",
            records.licence(
                "medical-fitness",
                "机动车驾驶人身体条件证明",
                self.numbers.serial("fitness", "TJ{:08d}"),
                issued=issued,
                expires=add_months(issued, 6),
                issuer=f"{CITY}中心医院",
                today=self.today,
            ),
        )

    def give_car(self, person: Person, *, registered: date) -> None:
        """A private car; the inspection falls due every second year, after the tenth every year."""
        due, age = registered, 0
        while due < self.today:
            age += 2 if age < 10 else 1
            due = add_years(registered, age)
        insured = self.today + timedelta(days=self.chance.randint(5, 360))
        plate = self.numbers.plate()
        cars = person.record["traffic-police"]["vehicles"]
        cars.append(records.vehicle(plate, registered=registered, inspection_due=due, insured_to=insured))
        person.add_licence(
            "traffic-police",
            records.licence(
                "vehicle-licence",
                "机动车行驶证",
                plate,
                issued=registered,
                expires=None,
                issuer=f"{CITY}公安局交通警察总队",
                today=self.today,
            ),
        )

    def give_elder_benefit(self, person: Person, age: int) -> None:
        """The old-age allowance, for nearly all who have been 80 for a month."""
        eighty = add_years(person.born, 80)
        if eighty > add_months(self.today, -1) or self.chance.random() < 0.03:
            return
        entry = {
            "type": "elderly-allowance",
            "since": eighty.replace(day=1).isoformat(),
            "amount": elder_amount(age),
        }
        person.put("civil-affairs", "benefits", [entry])

    def give_business(self, person: Person) -> None:
        """An individual business and its licence."""
        number, registered = self.numbers.credit_code(), self._past(least=30, most=3000)
        name = f"{CITY}{person.home.district}{person.name[-1]}记示例店"
        entry = records.business(
            name,
            number,
            registered=registered.isoformat(),
            owner=person.name,
            address=f"{CITY}{person.home.district}{person.home.street}市集路{self.chance.randint(1, 300)}号",
            scope=self.chance.choice(("日用百货零售", "餐饮服务", "理发服务")),
        )
        person.put("market-regulation", "businesses", [entry])
        person.add_licence("market-regulation", business_licence(number, name, registered, self.today))
